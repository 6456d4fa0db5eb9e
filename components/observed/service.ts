import { byService, keyOf } from "./ipvsTable";
import { Kind, Wanted, wrongSettings } from "./kind";
import { Observation, stackOf, tableOwners } from "./observation";

/** A virtual service and its members (kernel/service.sh), compared line by line of ipvsadm. */
export const service: Kind = {
  key: serviceOf,
  title: (w) => `virtual service ${serviceOf(w)}`,
  // What leaves a table of the same program changes hands.
  exists: (w, seen) =>
    isOthers("keepalivedservice", w, seen) &&
    stackOf(tableOwners(seen).get(serviceOf(w)) ?? "") !== stackOf(w.owner),
  wrong: (w, seen) => {
    if (!seen.services && !seen.packages.has("ipvsadm")) {
      return [`virtual service ${serviceOf(w)} cannot be looked at: ipvsadm is not installed`];
    }
    const now = linesOf(w, seen);
    const head = now.find((line) => line.startsWith("-A"));
    if (head === undefined) {
      return [`virtual service ${serviceOf(w)} is gone`];
    }
    const members = new Map(now.filter((l) => l.startsWith("-a")).map((l) => [serverOf(l), l]));
    const wrong = w.lines.flatMap((line) =>
      line.startsWith("-A")
        ? differences(`virtual service ${serviceOf(w)}`, line, head)
        : differences(`real server ${serverOf(line)}`, line, members.get(serverOf(line))),
    );
    return [...wrong, ...wrongSettings("service", w, seen)];
  },
};

/**
 * Whether the kernel has such a service that is not this owner's. From one engine of a director to the
 * other it stays its own: what that made goes before this comes.
 */
export function isOthers(otherEngine: string, w: Wanted, seen: Observation): boolean {
  const mark = seen.marks.get(`${otherEngine}/${serviceOf(w)}`);
  return linesOf(w, seen).length > 0 && mark?.owner !== w.owner;
}

/** "-t 10.10.10.100:80", "-f 1 -6" */
export function serviceOf(w: Wanted): string {
  return keyOf(w.lines.find((line) => line.startsWith("-A")) ?? "");
}

export function serverOf(line: string): string {
  return / -r (\S+)/.exec(line)?.[1] ?? "";
}

export function linesOf(w: Wanted, seen: Observation): string[] {
  return byService(seen.services).get(serviceOf(w)) ?? [];
}

const names: Partial<Record<string, string>> = {
  "-s": "scheduler",
  "-b": "scheduler flags",
  "-p": "persistence",
  "-M": "persistence netmask",
  "--pe": "persistence engine",
  "-o": "one-packet scheduling",
  "--tun-type": "tunnel",
  "--tun-port": "tunnel port",
  "--tun-nocsum": "tunnel without checksums",
  "--tun-csum": "tunnel with checksums",
  "--tun-remcsum": "tunnel with remote checksums",
  "-w": "weight",
  "-x": "upper threshold",
  "-y": "lower threshold",
};
const forwardings: Partial<Record<string, string>> = {
  "-m": "masquerade",
  "-g": "gate",
  "-i": "ipip",
};

export function differences(what: string, shall: string, is: string | undefined): string[] {
  if (is === undefined) {
    return [`${what} is gone`];
  }
  const [wanted, now] = [optionsOf(shall), optionsOf(is)];
  return [...new Set([...wanted.keys(), ...now.keys()])].flatMap((option) => {
    const [a, b] = [wanted.get(option), now.get(option)];
    return a === b ? [] : `${what} has ${option} ${b ?? "none"}, not ${a ?? "none"}`;
  });
}

/** What comes after the address: scheduler, weight and so on by name. */
function optionsOf(line: string): Map<string, string> {
  const words = line
    .replace(/^-A .*?(?= -s )|^-a .* -r \S+/, "")
    .trim()
    .split(" ");
  const options = new Map<string, string>();
  words.forEach((word, i) => {
    const next = words[i + 1];
    const value = next === undefined || next.startsWith("-") ? "set" : next;
    if (forwardings[word] !== undefined) {
      options.set("forwarding", forwardings[word]);
    } else if (word.startsWith("-")) {
      options.set(names[word] ?? word, value);
    }
  });
  return options;
}
