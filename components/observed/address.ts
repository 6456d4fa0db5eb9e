import { Kind, Wanted, word } from "./kind";
import { Observation } from "./observation";

/** A virtual address on an interface (kernel/address.sh). */
export const address: Kind = {
  key: (w) => `${word(w, "address")}@${word(w, "interface")}`,
  title: (w) => `address ${word(w, "address")} on ${word(w, "interface")}`,
  exists: (w, seen) => linkOf(w, seen)?.addresses.includes(word(w, "address")) ?? false,
  bootFile: "netplan, interfaces or a .network file",
  wrong: (w, seen) => {
    if (!linkOf(w, seen)) {
      return [`interface ${word(w, "interface")} is gone`];
    }
    return address.exists(w, seen)
      ? []
      : [`address ${word(w, "address")} is gone from ${word(w, "interface")}`];
  },
};

function linkOf(w: Wanted, seen: Observation) {
  const name = word(w, "interface");
  return seen.links.find((link) => link.name === name || link.alternatives.includes(name));
}
