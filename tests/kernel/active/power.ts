import type { ActiveDirectors } from "./activeDirectors";
import { vips } from "./topology";

/**
 * Takes a director's power: the switch's ports lose their carrier first, so that nothing of its end is sent, then its
 * processes are killed, and it forgets all that is not on its disk.
 * @returns The time of the first step, in seconds since 1970.
 */
export async function powerOff(lab: ActiveDirectors, director: string): Promise<number> {
  const stop = [
    "date +%s.%N",
    `ip link set ${director}-eth0 down`,
    `ip link set ${director}-eth1 down`,
    `kill -9 $(cat /run/unit-*-${director}.service.pid)`,
  ].join(" && ");
  return Number(await lab.script("switch", stop));
}

/** The rest of a power cut, which takes its time and changes nothing for others: memory, and what a boot would reset. */
export async function forget(lab: ActiveDirectors, director: string): Promise<void> {
  await lab.script(
    director,
    `ipvsadm --stop-daemon master 2>/dev/null
     ipvsadm --stop-daemon backup 2>/dev/null
     sysctl -qw net.ipv4.vs.expire_nodest_conn=1
     ipvsadm -C
     tries=0
     while [ "$(wc -l </proc/net/ip_vs_conn)" -gt 1 ] && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
     sysctl -qw net.ipv4.vs.expire_nodest_conn=0 net.ipv4.vs.sloppy_tcp=0
     ip address del ${vips.ipv4}/32 dev lo 2>/dev/null
     ip address del ${vips.ipv6}/128 dev lo 2>/dev/null
     rm -rf /run/ipvs-lab/* /run/bgp-*-${director} /run/unit-*-${director}.service.*
     [ "$(wc -l </proc/net/ip_vs_conn)" -eq 1 ]`,
  );
}

/** Turns it on again: what is started at boot, and then an update, which a preview would ask for. */
export async function powerOn(lab: ActiveDirectors, director: string): Promise<void> {
  await lab.script("switch", `ip link set ${director}-eth0 up && ip link set ${director}-eth1 up`);
  await lab.script(
    director,
    `systemctl start $(cd /etc/systemd/system && ls bgp-*-${director}.service announce-*-${director}.service)`,
  );
  await lab.repair(director);
}
