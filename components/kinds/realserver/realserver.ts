import { Kind, Wanted, word, wrongSettings } from "../../drift/kind";
import { Namespace } from "../../drift/network";
import { Observation } from "../../drift/observation";

/** What a real server needs on its own side for a virtual address (realserver.sh). */
export const realserver: Kind = {
  key: (w) => w.owner,
  title: (w) => `what the real server needs for ${word(w, "vip")}`,
  exists: (w, seen) =>
    lo(w, seen)?.addresses.includes(address(w)) === true &&
    !seen.held.some((h) => h.wanted === address(w) && h.namespace === word(w, "namespace")),
  wrong: (w, seen) => {
    const name = word(w, "namespace");
    return name !== "" && !seen.namespaces.has(name)
      ? [`network namespace ${name} is gone`]
      : wrongSettings("realserver", w, seen);
  },
};

function address(w: Wanted): string {
  const vip = word(w, "vip");
  return `${vip}/${vip.includes(":") ? 128 : 32}`;
}

function lo(w: Wanted, seen: Observation) {
  const name = word(w, "namespace");
  const place: Partial<Namespace> | undefined = name === "" ? seen : seen.namespaces.get(name);
  return place?.links?.find((link) => link.name === "lo");
}
