import { fileDifferences, holds, Kind, Desired, word, settingDifferences } from "../../drift/kind";

/**
 * A virtual address that a director shares with others (keepalivedaddress.sh): its files and its
 * daemons. The directors decide which of them has the address.
 */
export const keepalivedaddress: Kind = {
  key: first,
  title: (w) => `address ${first(w)} on ${word(w, "interface")}`,
  exists: (w, seen) => seen.links.some((link) => link.addresses.includes(first(w))),
  differences: (w, seen, record) => [
    ...fileDifferences(record, seen),
    ...["master", "backup"].flatMap((role) =>
      // After a reboot they run because the unit starts them, and without a reference nothing would stop them at the
      // end.
      w.words.has(role) && !holds("keepalivedaddress", w, `daemon ${role}`, seen)
        ? [`the ${role} connection synchronisation daemon runs, but has no ownership record`]
        : [],
    ),
    ...settingDifferences("keepalivedaddress", w, seen),
  ],
};

function first(w: Desired): string {
  return word(w, "addresses").split(" ", 1)[0] ?? "";
}
