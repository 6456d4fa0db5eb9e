import { Kind, Wanted, word, wrongSettings } from "./kind";

/** A static redirection to one backend (kernel/redirect.sh). */
export const redirect: Kind = {
  key: (w) => `${word(w, "protocol")} ${place(w)}`,
  title: (w) => `static redirection of ${redirect.key(w)} (nftables table ${table(w)})`,
  exists: (w, seen) => seen.tables.has(tableKey(w)),
  wrong: (w, seen, mark) => {
    const now = seen.tables.get(tableKey(w));
    const settings = wrongSettings("redirect", w, seen);
    if (now === undefined) {
      return [`the nftables table ${table(w)} is gone`, ...settings];
    }
    // Empty lines between the chains are not among what was seen.
    const made = mark?.also.filter((line) => line !== "").join("\n");
    return made === undefined || now === made
      ? settings
      : [`the nftables table ${table(w)} has been changed`, ...settings];
  },
};

/** "ip ipvs_lab_tcp_10_10_10_101_80", the table's family and name. */
function table(w: Wanted): string {
  const address = word(w, "vip").replace(/[.:]/g, "_");
  return `${isIpv6(w) ? "ip6" : "ip"} ipvs_lab_${word(w, "protocol")}_${address}_${word(w, "port")}`;
}

function tableKey(w: Wanted): string {
  return table(w).replace(/^ip /, "");
}

function place(w: Wanted): string {
  const [vip, port] = [word(w, "vip"), word(w, "port")];
  return isIpv6(w) ? `[${vip}]:${port}` : `${vip}:${port}`;
}

function isIpv6(w: Wanted): boolean {
  return word(w, "vip").includes(":");
}
