import type { HostState } from "../../drift/hostState";
import { Desired, fileDifferences, Kind, word } from "../../drift/kind";
import { hasPort, Listener } from "../../drift/listeners";
import { nameInFiles } from "../../drift/speaker";

/** A session of a director's BIRD with a neighbour (bgpsession.sh). */
export const bgpsession: Kind = {
  key: (w) => `${word(w, "instance")}:${word(w, "neighbor")}`,
  title: (w) => `the BGP session with ${word(w, "neighbor")}`,
  exists: () => false,
  unadoptable: true,
  conflicts: (w, seen) => {
    const port = Number(word(w, "port") || 179);
    return othersAt(w, seen, "tcp", port).map(
      (other) =>
        `${inWords(other)} listens on TCP port ${port} of ${placeOf(other)}, so BIRD cannot: set port of announce.bgp ` +
        `to another, or have ${other.program} listen on addresses of its own`,
    );
  },
  notes: (w, seen) => {
    const port = word(w, "hops") === "" ? 3784 : 4784;
    return word(w, "bfd") === ""
      ? []
      : othersAt(w, seen, "udp", port).map(
          (other) =>
            `${inWords(other)} has UDP port ${port} of ${placeOf(other)} too: BIRD gets the BFD packets to ` +
            `${word(w, "own")}, unless bfd of the neighbour is false`,
        );
  },
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

/** The sockets of others that have a port of the director's own address; of a row of processes, the first. */
function othersAt(
  w: Desired,
  seen: HostState,
  protocol: Listener["protocol"],
  port: number,
): Listener[] {
  return seen.listeners
    .filter(
      (one) =>
        one.protocol === protocol &&
        hasPort(one, word(w, "own"), port) &&
        one.instance !== word(w, "instance"),
    )
    .slice(0, 1);
}

function inWords({ program, pid }: Listener): string {
  return `${program} (process ${pid})`;
}

function placeOf({ address }: Listener): string {
  return address ?? "all addresses";
}
