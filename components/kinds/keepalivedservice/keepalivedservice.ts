import { place } from "../../args/networks";
import { HostState, stackOf, tableOwners } from "../../drift/hostState";
import { fileDifferences, Kind, Desired, settingDifferences } from "../../drift/kind";
import { addedMembers, madeAnew, madeLines } from "../../drift/members";
import { differences, serverOf } from "../../drift/options";
import { lackedSchedulers } from "../../drift/running";
import { isOthers, linesOf, refusedAnew, serviceOf } from "../service/service";

/**
 * A virtual service that keepalived writes (keepalivedservice.sh): its file, and what the kernel has of it. A missing
 * member is one that keepalived has removed.
 */
export const keepalivedservice: Kind = {
  key: serviceOf,
  title: (w) => `virtual service ${serviceOf(w)}`,
  // A service that leaves a table of the same program is transferred.
  exists: (w, seen) => isOthers("service", w, seen) && tableOf(w, seen) === undefined,
  conflicts: (w, seen) => {
    const owner = tableOf(w, seen);
    return [
      ...lackedSchedulers(w, seen),
      ...(owner === undefined || stackOf(owner) === stackOf(w.owner)
        ? []
        : [`virtual service ${serviceOf(w)} belongs to ${owner}: remove it there first`]),
    ];
  },
  warnings: (w, seen) => {
    const now = linesOf(w, seen);
    const members = membersOf(now);
    const out = w.lines.filter((line) => line.startsWith("-a") && !line.includes(" -w 0"));
    const shall = new Set(out.map(serverOf));
    const dead = out.every((line) => isOut(line, members, inhibitedOf(w)));
    const others = [...members.keys()].filter((member) => !shall.has(member));
    const instead = others.length > 0 ? `; ${others.join(", ")} answers in their place` : "";
    return now.length > 0 && out.length > 0 && dead
      ? [`no member of virtual service ${serviceOf(w)} lives: ${[...shall].join(", ")}${instead}`]
      : [];
  },
  bootFile: "ipvsadm.rules",
  added: (w, seen, record) =>
    addedMembers({ declared: w.lines, made: madeLines(record), now: ownLines(w, seen) }, "", seen),
  // All members may be gone because their checks fail.
  replaced: (w, seen, record) => {
    const now = ownLines(w, seen);
    return now.some((line) => line.startsWith("-a"))
      ? refusedAnew(madeAnew(serviceOf(w), { made: madeLines(record), now }))
      : [];
  },
  differences: (w, seen, record) => {
    const files = fileDifferences(record, seen);
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
    const members = membersOf(now);
    const inhibited = inhibitedOf(w);
    const found = w.lines.flatMap((line) => {
      if (line.startsWith("-A")) {
        return differences(`virtual service ${serviceOf(w)}`, line, head);
      }
      return !line.startsWith("-a") || isOut(line, members, inhibited)
        ? []
        : differences(`real server ${serverOf(line)}`, line, members.get(serverOf(line)));
    });
    return [...files, ...found, ...settingDifferences("keepalivedservice", w, seen)];
  },
};

/** The owner of the table that has the service. */
function tableOf(w: Desired, seen: HostState): string | undefined {
  return tableOwners(seen, "keepalivedtable").get(serviceOf(w));
}

/** The lines of members that the kernel has. */
function membersOf(now: string[]): Map<string, string> {
  return new Map(now.filter((l) => l.startsWith("-a")).map((l) => [serverOf(l), l]));
}

/** Members whose weight keepalived makes 0 when their check fails. */
function inhibitedOf(w: Desired): Set<string> {
  return new Set(w.lines.flatMap((line) => /^inhibit (.*)/.exec(line)?.[1] ?? []));
}

/** True if a check has removed the member or set its weight to 0. */
function isOut(line: string, members: Map<string, string>, inhibited: Set<string>): boolean {
  const is = members.get(serverOf(line));
  const failed = line.replace(/ -w \d+/, " -w 0");
  return is === undefined || (inhibited.has(serverOf(line)) && is === failed);
}

/** The lines without sorry servers, the present one and that of the state: one is in the kernel while no member is. */
function ownLines(w: Desired, seen: HostState): string[] {
  const sorry = [w.body, w.formerBody].map((text = "") => {
    const [, address, port] = /^\s*sorry_server (\S+) (\d+)/m.exec(text) ?? [];
    return address === undefined ? "" : place(address, Number(port));
  });
  return linesOf(w, seen).filter(
    (line) => !line.startsWith("-a") || !sorry.includes(serverOf(line)),
  );
}
