import { hasTable, Kind, Desired, word, tableDifferences, tableName } from "../../drift/kind";

/** Marks for packets to some ports of a virtual address (firewallmark.sh). */
export const firewallmark: Kind = {
  key: (w) => `${word(w, "mark")}@${word(w, "vip")}`,
  title: (w) =>
    `firewall mark ${word(w, "mark")} for ${word(w, "vip")} (nftables table ${tableOf(w)})`,
  exists: (w, seen) => hasTable(tableOf(w), seen),
  bootFile: "nftables.conf",
  differences: (w, seen, record) => tableDifferences(tableOf(w), seen, record),
};

function tableOf(w: Desired): string {
  return tableName(word(w, "vip"), "mark", word(w, "mark"), word(w, "vip"));
}
