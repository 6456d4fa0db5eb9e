import {
  hasTable,
  Kind,
  Desired,
  word,
  settingDifferences,
  tableDifferences,
  tableName,
} from "../../drift/kind";

/** Source NAT for the clients of a virtual address (nat.sh). */
export const nat: Kind = {
  key: (w) => word(w, "vip"),
  title: (w) => `source NAT for ${word(w, "vip")} (nftables table ${tableOf(w)})`,
  exists: (w, seen) => hasTable(tableOf(w), seen),
  bootFile: "nftables.conf",
  differences: (w, seen, record) => [
    ...tableDifferences(tableOf(w), seen, record),
    ...settingDifferences("nat", w, seen),
  ],
};

function tableOf(w: Desired): string {
  return tableName(word(w, "vip"), word(w, "vip"));
}
