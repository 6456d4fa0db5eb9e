import { isIpv6, place } from "../../args/place";
import {
  hasTable,
  Kind,
  Desired,
  word,
  settingDifferences,
  tableDifferences,
} from "../../drift/kind";

/** A static redirection to one backend (redirect.sh). */
export const redirect: Kind = {
  key: (w) => `${word(w, "protocol")} ${placeOf(w)}`,
  title: (w) => `static redirection of ${redirect.key(w)} (nftables table ${table(w)})`,
  exists: (w, seen) => hasTable(table(w), seen),
  bootFile: "nftables.conf",
  differences: (w, seen, record) => [
    ...tableDifferences(table(w), seen, record),
    ...settingDifferences("redirect", w, seen),
  ],
};

/** "ip ipvs_lab_tcp_10_10_10_101_80", the table's family and name. */
function table(w: Desired): string {
  const address = word(w, "vip").replace(/[.:]/g, "_");
  return `${isIpv6(word(w, "vip")) ? "ip6" : "ip"} ipvs_lab_${word(w, "protocol")}_${address}_${word(w, "port")}`;
}

function placeOf(w: Desired): string {
  return place(word(w, "vip"), word(w, "port"));
}
