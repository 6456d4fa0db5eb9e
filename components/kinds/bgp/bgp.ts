import {
  fileDifferences,
  Kind,
  missingPackages,
  settingDifferences,
  unitDifferences,
  word,
} from "../../drift/kind";

/** A director's own BIRD, and the watch beside it that decides what is announced (bgp.sh). */
export const bgp: Kind = {
  key: (w) => word(w, "instance"),
  title: (w) => `BGP speaker ${word(w, "instance")}`,
  exists: () => false,
  unadoptable: true,
  differences: (w, seen, record) => {
    const instance = word(w, "instance");
    const units = ["bgp", "announce"].flatMap((part) =>
      unitDifferences(`${part}-${instance}.service`, seen.servers.get(`${part}/${instance}`)),
    );
    const isWithdrawn = seen.speakers.get(instance)?.isWithdrawn === true;
    return [
      ...fileDifferences(record, seen),
      ...missingPackages(["bird2"], seen),
      ...units,
      ...settingDifferences("bgp", w, seen),
      ...(record !== undefined && isWithdrawn !== (word(w, "maintenance") === "yes")
        ? [
            isWithdrawn
              ? "its addresses are withdrawn, and it is not in maintenance"
              : "its addresses are announced in its maintenance",
          ]
        : []),
    ];
  },
};
