import { Kind, Wanted, word, wrongSettings } from "./kind";

/** Source NAT for the clients of a virtual address (kernel/nat.sh). */
export const nat: Kind = {
  key: (w) => word(w, "vip"),
  title: (w) => `source NAT for ${word(w, "vip")} (nftables table ip ${table(w)})`,
  exists: (w, seen) => seen.tables.has(table(w)),
  wrong: (w, seen, mark) => {
    const now = seen.tables.get(table(w));
    const settings = wrongSettings("nat", w, seen);
    if (now === undefined) {
      return [`the nftables table ip ${table(w)} is gone`, ...settings];
    }
    const made = mark?.also.join("\n");
    return made === undefined || now === made
      ? settings
      : [`the nftables table ip ${table(w)} has been changed`, ...settings];
  },
};

function table(w: Wanted): string {
  return `ipvs_lab_${word(w, "vip").replaceAll(".", "_")}`;
}
