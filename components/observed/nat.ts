import { Kind, Wanted, word, wrongSettings } from "./kind";

/** Source NAT for the clients of a virtual address (kernel/nat.sh). */
export const nat: Kind = {
  key: (w) => word(w, "vip"),
  title: (w) => `source NAT for ${word(w, "vip")} (nftables table ${family(w)} ${table(w)})`,
  exists: (w, seen) => seen.tables.has(key(w)),
  wrong: (w, seen, mark) => {
    const now = seen.tables.get(key(w));
    const settings = wrongSettings("nat", w, seen);
    if (now === undefined) {
      return [`the nftables table ${family(w)} ${table(w)} is gone`, ...settings];
    }
    const made = mark?.also.join("\n");
    return made === undefined || now === made
      ? settings
      : [`the nftables table ${family(w)} ${table(w)} has been changed`, ...settings];
  },
};

function table(w: Wanted): string {
  return `ipvs_lab_${word(w, "vip").replace(/[.:]/g, "_")}`;
}

function family(w: Wanted): string {
  return word(w, "vip").includes(":") ? "ip6" : "ip";
}

function key(w: Wanted): string {
  return family(w) === "ip" ? table(w) : `ip6 ${table(w)}`;
}
