import { place } from "../../args/place";
import {
  hasTable,
  Kind,
  Desired,
  word,
  settingDifferences,
  tableDifferences,
  tableName,
} from "../../drift/kind";

/** A static redirection to one backend (redirect.sh). */
export const redirect: Kind = {
  key: (w) => `${word(w, "protocol")} ${placeOf(w)}`,
  title: (w) => `static redirection of ${redirect.key(w)} (nftables table ${tableOf(w)})`,
  exists: (w, seen) => hasTable(tableOf(w), seen),
  bootFile: "nftables.conf",
  differences: (w, seen, record) => [
    ...tableDifferences(tableOf(w), seen, record),
    ...settingDifferences("redirect", w, seen),
  ],
};

function tableOf(w: Desired): string {
  return tableName(word(w, "vip"), word(w, "protocol"), word(w, "vip"), word(w, "port"));
}

function placeOf(w: Desired): string {
  return place(word(w, "vip"), word(w, "port"));
}
