import { fileDifferences, Kind, missingPackages, word } from "../../drift/kind";

/** A keepalived of a director's own (keepalived.sh). */
export const keepalived: Kind = {
  key: (w) => word(w, "instance"),
  title: (w) => `keepalived ${word(w, "instance")}`,
  exists: () => false,
  unadoptable: true,
  differences: (w, seen, record) => {
    const unit = `keepalived-${word(w, "instance")}.service`;
    const found = seen.servers.get(`keepalived/${word(w, "instance")}`);
    const state = found?.state ?? "gone";
    return [
      ...fileDifferences(record, seen),
      ...missingPackages(["keepalived"], seen),
      // It may be about to read its files.
      ...(["active", "reloading"].includes(state) ? [] : [`${unit} is ${state}`]),
      ...(found?.startsAtBoot === false ? [`${unit} does not start at boot`] : []),
    ];
  },
};
