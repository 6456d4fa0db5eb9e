import { fileDifferences, Kind, word } from "../../drift/kind";
import { nameInFiles } from "../../drift/speaker";

/** A session of a director's BIRD with a neighbour (bgpsession.sh). */
export const bgpsession: Kind = {
  key: (w) => `${word(w, "instance")}:${word(w, "neighbor")}`,
  title: (w) => `the BGP session with ${word(w, "neighbor")}`,
  exists: () => false,
  unadoptable: true,
  differences: (_, seen, record) => fileDifferences(record, seen),
  // A session is not repaired: its other end may be down, and a new start would end what goes on over it.
  warnings: (w, seen) => {
    const neighbor = word(w, "neighbor");
    const speaker = seen.speakers.get(word(w, "instance"));
    const session = speaker?.sessions.get(nameInFiles("n", neighbor));
    return session === undefined || session.state === "Established"
      ? []
      : [
          `the BGP session with ${neighbor} is down (${session.state}): nothing is announced to it; ` +
            "is that router up, has it this director as a neighbour, and the same AS numbers and password?",
        ];
  },
};
