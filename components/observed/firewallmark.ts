import { isIpv6 } from "../networks";
import { Kind, Wanted, word } from "./kind";

/** Marks for packets to some ports of a virtual address (kernel/firewallmark.sh). */
export const firewallmark: Kind = {
  key: (w) => `${word(w, "mark")}@${word(w, "vip")}`,
  title: (w) =>
    `firewall mark ${word(w, "mark")} for ${word(w, "vip")} (nftables table ${tableOf(w)})`,
  exists: (w, seen) => seen.tables.has(nameOf(w)),
  wrong: (w, seen, mark) => {
    const now = seen.tables.get(nameOf(w));
    if (now === undefined) {
      return [`the nftables table ${tableOf(w)} is gone`];
    }
    const made = mark?.also.join("\n");
    return made === undefined || now === made
      ? []
      : [`the nftables table ${tableOf(w)} has been changed`];
  },
};

function tableOf(w: Wanted): string {
  const family = isIpv6(word(w, "vip")) ? "ip6" : "ip";
  return `${family} ipvs_lab_mark_${word(w, "mark")}_${word(w, "vip").replace(/[.:]/g, "_")}`;
}

/** As an observation has it: IPv4's are known by their names alone. */
function nameOf(w: Wanted): string {
  return tableOf(w).replace(/^ip /, "");
}
