import { changedFiles, Kind, wrongSettings } from "./kind";
import { differences, isOthers, linesOf, serverOf, serviceOf } from "./service";

/**
 * A virtual service that keepalived writes (kernel/keepalivedservice.sh): its file, and what the kernel
 * has of it. A member that is not there is one that keepalived has taken out.
 */
export const keepalivedService: Kind = {
  key: serviceOf,
  title: (w) => `virtual service ${serviceOf(w)}`,
  exists: (w, seen) => isOthers("service", w, seen),
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
    return [...files, ...wrong, ...wrongSettings("keepalivedservice", w, seen)];
  },
};
