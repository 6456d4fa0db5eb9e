import type { HostState } from "../../drift/hostState";
import {
  type Desired,
  fileDifferences,
  Kind,
  missingPackages,
  settingDifferences,
  unitDifferences,
  word,
} from "../../drift/kind";

/** A router's own BIRD, which has the directors that announce an address as equal next hops (bgprouter.sh). */
export const bgprouter: Kind = {
  key: (w) => word(w, "instance"),
  title: (w) => `BGP router ${word(w, "instance")}`,
  exists: () => false,
  unadoptable: true,
  differences: (w, seen, record) => [
    ...fileDifferences(record, seen),
    ...missingPackages(["bird2"], seen),
    ...unitDifferences(
      `router-${word(w, "instance")}.service`,
      seen.servers.get(`router/${word(w, "instance")}`),
    ),
    ...settingDifferences("bgprouter", w, seen),
  ],
  // That is up to the directors: one may be in maintenance, or have no live member.
  notes: (w, seen) =>
    listed(w, "addresses").flatMap((address) => {
      const missing = directorsMissing(w, address, seen);
      return missing.length === 0 ? [] : [`${address} is not routed to ${missing.join(", ")}`];
    }),
};

/** The directors that the kernel's route to an address does not have as next hops. */
function directorsMissing(w: Desired, address: string, { routes }: HostState): string[] {
  const bare = address.replace(/\/32$/, "");
  const hops = routes
    .filter(({ destination }) => destination === bare)
    .flatMap(({ gateway, nextHops = [] }) => [gateway, ...nextHops]);
  return listed(w, "directors").filter((director) => !hops.includes(director));
}

function listed(w: Desired, key: string): string[] {
  return word(w, key).split(" ");
}
