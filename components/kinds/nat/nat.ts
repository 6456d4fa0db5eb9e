import { isIpv6 } from "../../args/networks";
import {
  hasTable,
  Kind,
  Desired,
  word,
  settingDifferences,
  tableDifferences,
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
  const family = isIpv6(word(w, "vip")) ? "ip6" : "ip";
  return `${family} ipvs_lab_${word(w, "vip").replace(/[.:]/g, "_")}`;
}
