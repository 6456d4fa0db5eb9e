import type { HostState } from "../../drift/hostState";
import {
  fileDifferences,
  Kind,
  Desired,
  isOthersOnLo,
  settingDifferences,
  word,
} from "../../drift/kind";
import { nameInFiles } from "../../drift/speaker";

/** An address that a director's BIRD announces while a service of it has a live member (bgpaddress.sh). */
export const bgpaddress: Kind = {
  key: (w) => word(w, "address"),
  title: (w) => `address ${word(w, "address")} on lo`,
  // For a member, by direct routing or a tunnel, the same address may be there: it is shared.
  exists: (w, seen) => isOthersOnLo(word(w, "address"), seen),
  conflicts: (w, seen) => {
    const mine = `${word(w, "address")}@lo`;
    const other = seen.records.get(`address/${mine.replaceAll("/", ":")}`);
    return other
      ? [`address ${mine} is ${other.owner}'s: remove it there with an update first`]
      : [];
  },
  differences: (w, seen, record) => [
    ...fileDifferences(record, seen),
    ...settingDifferences("bgpaddress", w, seen),
    ...(record === undefined ? [] : missingAnnouncements(w, seen)),
  ],
  notes: (w, seen) => {
    const speaker = seen.speakers.get(word(w, "instance"));
    const address = word(w, "address");
    const name = nameInFiles("v", address);
    if (speaker === undefined || speaker.isWithdrawn) {
      return [];
    }
    return speaker.coming.has(name)
      ? [`${address} is not announced yet: not all members of its services are back`]
      : speaker.alive.has(name)
        ? []
        : [`${address} is not announced: no service of it has a live member`];
  },
};

/** What neighbours should hear, and do not. */
function missingAnnouncements(w: Desired, seen: HostState): string[] {
  const speaker = seen.speakers.get(word(w, "instance"));
  const address = word(w, "address");
  const name = nameInFiles("v", address);
  if (!speaker?.alive.has(name) || speaker.coming.has(name) || speaker.isWithdrawn) {
    return [];
  }
  if (!speaker.live.has(name)) {
    return [`the announcement of ${address} is gone`];
  }
  return word(w, "neighbors")
    .split(" ")
    .filter((neighbor) => {
      const session = speaker.sessions.get(nameInFiles("n", neighbor));
      return session?.state === "Established" && !session.exported.has(address);
    })
    .map((neighbor) => `the announcement of ${address} to ${neighbor} is gone`);
}
