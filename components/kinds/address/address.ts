import { isIpv6 } from "../../args/networks";
import { HostState } from "../../drift/hostState";
import { Kind, Desired, word } from "../../drift/kind";

/** A virtual address on an interface (address.sh). */
export const address: Kind = {
  key: (w) => `${word(w, "address")}@${word(w, "interface")}`,
  title: (w) => `address ${word(w, "address")} on ${word(w, "interface")}`,
  exists: (w, seen) => linkOf(w, seen)?.addresses.includes(word(w, "address")) ?? false,
  bootFile: "netplan, interfaces or a .network file",
  differences: (w, seen) => {
    const link = linkOf(w, seen);
    const [it, device] = [word(w, "address"), word(w, "interface")];
    if (!link) {
      return [`interface ${device} is gone`];
    }
    if (!link.addresses.includes(it)) {
      return [`address ${it} is gone from ${device}`];
    }
    return !isIpv6(it) || link.deprecated?.includes(it)
      ? []
      : [
          `address ${it} on ${device} may become the source of the director's own connections (it is not deprecated)`,
        ];
  },
};

function linkOf(w: Desired, seen: HostState) {
  const name = word(w, "interface");
  return seen.links.find((link) => link.name === name || link.alternatives.includes(name));
}
