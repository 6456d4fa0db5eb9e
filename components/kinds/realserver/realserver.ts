import { longestPrefix } from "../../args/networks";
import { HostState, namespaceIn } from "../../drift/hostState";
import { Kind, Desired, isOthersOnLo, word, settingDifferences } from "../../drift/kind";
import { Link, linkCalled } from "../../drift/network";

/** The settings on a real server's own side for a virtual address (realserver.sh). */
export const realserver: Kind = {
  key: (w) => w.owner,
  title: (w) => `what the real server needs for ${word(w, "vip")}`,
  exists: (w, seen) => isOthersOnLo(address(w), seen, word(w, "namespace")),
  warnings: (w, seen) => {
    const interfaceName = word(w, "interface");
    const link = linkOf(interfaceName, w, seen);
    return word(w, "vip").includes(":") && link?.up === true && lacksLinkLocal(link)
      ? [
          `${interfaceName} has no link-local address (fe80::/10), so answers to clients may never leave: the kernel asks for their next hop in the name of that address, as ${word(w, "vip")} is on lo. Give it one (systemd-networkd: LinkLocalAddressing=ipv6)`,
        ]
      : [];
  },
  differences: (w, seen) => {
    const name = word(w, "namespace");
    return name !== "" && !seen.namespaces.has(name)
      ? [`network namespace ${name} is gone`]
      : settingDifferences("realserver", w, seen);
  },
};

function address(w: Desired): string {
  const vip = word(w, "vip");
  return `${vip}/${longestPrefix(vip)}`;
}

function linkOf(name: string, w: Desired, seen: HostState): Link | undefined {
  const namespace = namespaceIn(seen, word(w, "namespace"));
  return namespace && linkCalled(name, namespace);
}

/** True if an interface has IPv6 addresses, but no link-local one to ask neighbours from. */
function lacksLinkLocal({ addresses }: Link): boolean {
  const those = addresses.filter((each) => each.includes(":"));
  return those.length > 0 && !those.some((each) => each.startsWith("fe80:"));
}
