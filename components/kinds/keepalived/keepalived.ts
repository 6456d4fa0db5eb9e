import { fileDifferences, Kind, missingPackages, unitDifferences, word } from "../../drift/kind";

/** A keepalived of a director's own (keepalived.sh). */
export const keepalived: Kind = {
  key: (w) => word(w, "instance"),
  title: (w) => `keepalived ${word(w, "instance")}`,
  exists: () => false,
  unadoptable: true,
  differences: (w, seen, record) => {
    const unit = `keepalived-${word(w, "instance")}.service`;
    return [
      ...fileDifferences(record, seen),
      ...missingPackages(["keepalived"], seen),
      ...unitDifferences(unit, seen.servers.get(`keepalived/${word(w, "instance")}`)),
    ];
  },
};
