import { isIpv6 } from "../../args/networks";
import { Kind, word } from "../../drift/kind";
import { linkCalled } from "../../drift/network";

/** A virtual address on an interface (address.sh). */
export const address: Kind = {
  key: (w) => `${word(w, "address")}@${word(w, "interface")}`,
  title: (w) => `address ${word(w, "address")} on ${word(w, "interface")}`,
  exists: (w, seen) =>
    linkCalled(word(w, "interface"), seen)?.addresses.includes(word(w, "address")) ?? false,
  bootFile: "netplan, interfaces or a .network file",
  differences: (w, seen) => {
    const link = linkCalled(word(w, "interface"), seen);
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
