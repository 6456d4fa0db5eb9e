import type { Machine } from "../machine";
import { asNumbers, directorAddress, directors, router } from "./topology";

/** The password of the sessions. */
export const password = "open-sesame";

const groups = (family: "address" | "address6") =>
  directors.map((_, i) => ` neighbor ${directorAddress(i)[family]} peer-group directors`);

const configuration = `frr defaults datacenter
hostname router
router bgp ${asNumbers.router}
 bgp router-id ${router.ipv4}
 no bgp ebgp-requires-policy
 bgp bestpath as-path multipath-relax
 neighbor directors peer-group
 neighbor directors remote-as ${asNumbers.directors}
 neighbor directors password ${password}
 neighbor directors bfd
 neighbor directors timers 3 9
${groups("address").join("\n")}
${groups("address6").join("\n")}
 address-family ipv4 unicast
  maximum-paths 64
${directors.map((_, i) => `  no neighbor ${directorAddress(i).address6} activate`).join("\n")}
 exit-address-family
 address-family ipv6 unicast
  maximum-paths 64
${directors.map((_, i) => `  neighbor ${directorAddress(i).address6} activate`).join("\n")}
 exit-address-family
bfd
`;

/** Starts FRRouting on the router; it ends with the machine's namespaces. */
export async function startRouter(machine: Machine): Promise<void> {
  await machine.write("/tmp/frr.conf", configuration);
  const script = `
    command -v bird >/dev/null && [ -x /usr/lib/frr/bgpd ] || {
      printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
      DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install bird2 frr
      rm -f /usr/sbin/policy-rc.d
    } >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }
    mkdir -p /run/frr && chown frr:frr /run/frr && chmod 644 /tmp/frr.conf
    for daemon in zebra bgpd bfdd; do
      /usr/lib/frr/$daemon -d -f /tmp/frr.conf --log file:/tmp/frr-$daemon.log || exit 1
    done`;
  const { code, stdout, stderr } = await machine.run("router", ["sh", "-c", script], "", false);
  if (code !== 0) {
    throw new Error(`the router does not start: ${stdout}${stderr}`);
  }
}
