import { Kind, missingPackages, word, wrongSettings } from "./kind";

/** What a director needs (kernel/director.sh); several may share a machine. */
export const director: Kind = {
  key: (w) => w.owner,
  title: () => "director",
  exists: () => false,
  wrong: (w, seen) => [
    ...missingPackages(word(w, "packages").split(" "), seen),
    ...(seen.services || !seen.packages.has("ipvsadm") ? [] : ["the module ip_vs is not loaded"]),
    ...wrongSettings("director", w, seen),
  ],
};
