import { HostState, stackOf, tableOwners } from "../../drift/hostState";
import { Kind, Desired, settingDifferences } from "../../drift/kind";
import { addedMembers, keepsWeight, madeAnew, madeLines, memberNotes } from "../../drift/members";
import { differences, serverOf } from "../../drift/options";
import { lackedSchedulers } from "../../drift/running";
import { byService, serviceKeyOf } from "../../ipvs/parseLines";

/** A virtual service and its members (service.sh), compared line by line of ipvsadm. */
export const service: Kind = {
  key: serviceOf,
  title: (w) => `virtual service ${serviceOf(w)}`,
  // A service that leaves a table of the same program is transferred.
  exists: (w, seen) =>
    isOthers("keepalivedservice", w, seen) &&
    stackOf(tableOwners(seen).get(serviceOf(w)) ?? "") !== stackOf(w.owner),
  conflicts: lackedSchedulers,
  differences: (w, seen) => {
    if (!seen.services && !seen.packages.has("ipvsadm")) {
      return [`virtual service ${serviceOf(w)} cannot be looked at: ipvsadm is not installed`];
    }
    const now = linesOf(w, seen);
    const head = now.find((line) => line.startsWith("-A"));
    if (head === undefined) {
      return [`virtual service ${serviceOf(w)} is gone`];
    }
    const members = new Map(now.filter((l) => l.startsWith("-a")).map((l) => [serverOf(l), l]));
    const found = w.lines.flatMap((line) =>
      line.startsWith("-A")
        ? differences(`virtual service ${serviceOf(w)}`, line, head)
        : differences(
            `real server ${serverOf(line)}`,
            line,
            members.get(serverOf(line)),
            keepsWeight(w.keepWeights, serverOf(line)),
          ),
    );
    return [...found, ...settingDifferences("service", w, seen)];
  },
  bootFile: "ipvsadm.rules",
  added: (w, seen, record) =>
    addedMembers({ declared: w.lines, made: madeLines(record), now: linesOf(w, seen) }, "", seen),
  notes: (w, seen, record) =>
    memberNotes({ declared: w.lines, made: madeLines(record), now: linesOf(w, seen) }, "", w),
  replaced: (w, seen, record) =>
    refusedAnew(madeAnew(serviceOf(w), { made: madeLines(record), now: linesOf(w, seen) })),
};

/** The advice for a service that somebody has made anew. */
export function refusedAnew(why: string | undefined): string[] {
  return why === undefined
    ? []
    : [`${why}: remove it there, choose another, or set adopt: true to take it over`];
}

/**
 * True if the kernel has such a service that is not this owner's. When a director changes its engine, the service stays
 * its own: the other engine's is removed before this one is made.
 */
export function isOthers(otherEngine: string, w: Desired, seen: HostState): boolean {
  const record = seen.records.get(`${otherEngine}/${serviceOf(w)}`);
  return linesOf(w, seen).length > 0 && record?.owner !== w.owner;
}

/** "-t 10.10.10.100:80", "-f 1 -6" */
export function serviceOf(w: Desired): string {
  return serviceKeyOf(w.lines.find((line) => line.startsWith("-A")) ?? "");
}

export function linesOf(w: Desired, seen: HostState): string[] {
  return byService(seen.services).get(serviceOf(w)) ?? [];
}
