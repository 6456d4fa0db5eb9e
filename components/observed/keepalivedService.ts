import { changedFiles, Kind, Wanted } from "./kind";
import { madeAnew, madeLines, memberNotes } from "./members";
import { Observation } from "./observation";
import { differences, serverOf } from "./options";
import { isOthers, linesOf, refusedAnew, serviceOf } from "./service";
import { place } from "../networks";

/**
 * A virtual service that keepalived writes (kernel/keepalivedservice.sh): its file, and what the kernel
 * has of it. A member that is not there is one that keepalived has taken out.
 */
export const keepalivedService: Kind = {
  key: serviceOf,
  title: (w) => `virtual service ${serviceOf(w)}`,
  exists: (w, seen) => isOthers("service", w, seen),
  bootFile: "ipvsadm.rules",
  notes: (w, seen, mark) =>
    memberNotes({ declared: w.lines, made: madeLines(mark), now: ownLines(w, seen) }, "", w),
  // That none of its members is there may be because their checks fail.
  replaced: (w, seen, mark) => {
    const now = ownLines(w, seen);
    return now.some((line) => line.startsWith("-a"))
      ? refusedAnew(madeAnew(serviceOf(w), { made: madeLines(mark), now }))
      : [];
  },
  wrong: (w, seen, mark) => {
    const files = changedFiles(mark, seen);
    if (!seen.services && !seen.packages.has("ipvsadm")) {
      return [
        ...files,
        `virtual service ${serviceOf(w)} cannot be looked at: ipvsadm is not installed`,
      ];
    }
    const now = linesOf(w, seen);
    const head = now.find((line) => line.startsWith("-A"));
    if (head === undefined) {
      return [...files, `virtual service ${serviceOf(w)} is gone`];
    }
    const members = new Map(now.filter((l) => l.startsWith("-a")).map((l) => [serverOf(l), l]));
    const inhibited = new Set(w.lines.map((line) => /^inhibit (.*)/.exec(line)?.[1]));
    const wrong = w.lines.flatMap((line) => {
      if (line.startsWith("-A")) {
        return differences(`virtual service ${serviceOf(w)}`, line, head);
      }
      const member = serverOf(line);
      const is = members.get(member);
      const failed = inhibited.has(member) && is === line.replace(/ -w \d+/, " -w 0");
      return !line.startsWith("-a") || is === undefined || failed
        ? []
        : differences(`real server ${member}`, line, is);
    });
    return [...files, ...wrong];
  },
};

/** Without the sorry server, which is in the kernel as long as it answers in place of all members. */
function ownLines(w: Wanted, seen: Observation): string[] {
  const [, address = "", port = "0"] = /^\s*sorry_server (\S+) (\d+)/m.exec(w.body ?? "") ?? [];
  const sorry = address === "" ? undefined : place(address, Number(port));
  return linesOf(w, seen).filter((line) => !line.startsWith("-a") || serverOf(line) !== sorry);
}
