import type { HostState } from "../../../components/drift/hostState.js";
import { drift, hostState, sharedSettings } from "../components.js";
import { settingChanges } from "../directorSettings.js";
import type { Call } from "./calls.js";

/** What `up` of an imported program would do to a machine. */
export interface Comparison {
  /** A sentence for each thing that would be another than today. */
  changes: string[];
  /** A sentence for each reason why `up` would refuse. */
  refusals: string[];
  /** A sentence for each thing that is not in the program and would stay. */
  notes: string[];
}

/** Compares what a program declares, and would adopt, with a machine. */
export function compare(calls: Call[], seen: HostState): Comparison {
  const comparison: Comparison = { changes: [], refusals: [], notes: [] };
  const declared = new Set<string>();
  for (const call of calls) {
    const wanted = drift.desiredObject(call.owner, call.stdin);
    const kind = drift.kinds[call.kind as keyof typeof drift.kinds];
    comparison.refusals.push(...(kind?.conflicts?.(wanted, seen, true, false) ?? []));
    const services = drift.byService(wanted.lines.filter((line) => /^-[Aa] /.test(line)));
    for (const [key, lines] of services) {
      declared.add(key);
      compareService(key, lines, seen, comparison);
    }
    if (call.kind === "director") {
      comparison.changes.push(...directorChanges(wanted.words, seen));
    } else if (call.kind === "keepalived") {
      comparison.changes.push("keepalived: up starts one of its own, which writes the services");
    } else if (kind && services.size === 0) {
      const title = kind.title(wanted);
      const changes =
        call.kind === "keepalivedaddress"
          ? kind.exists(wanted, seen)
            ? []
            : [`${title} is not there`]
          : kind.differences(wanted, seen, undefined);
      comparison.changes.push(...changes.map((what) => `${what}: up sets it`));
    }
  }
  for (const key of hostState.keysOf(seen.services ?? []).filter((one) => !declared.has(one))) {
    comparison.notes.push(`virtual service ${key} is not in the program, and stays`);
  }
  return comparison;
}

/** Compares one service with the kernel's, line by line. */
function compareService(
  key: string,
  lines: string[],
  seen: HostState,
  { changes, notes }: Comparison,
): void {
  const now = drift.byService(seen.services).get(key);
  if (!now) {
    changes.push(`virtual service ${key} is not there: up makes it`);
    return;
  }
  const there = new Map(
    now.map((line) => [line.startsWith("-A") ? "" : drift.serverOf(line), line]),
  );
  for (const line of lines) {
    const server = line.startsWith("-A") ? "" : drift.serverOf(line);
    const title = server === "" ? `virtual service ${key}` : `real server ${server} of ${key}`;
    const is = there.get(server);
    changes.push(
      ...(is === undefined
        ? [`${title} is not there: up adds it`]
        : drift.differences(title, line, is).map((what) => `${what}: up sets it`)),
    );
    there.delete(server);
  }
  for (const server of there.keys()) {
    notes.push(`real server ${server} of ${key} is not in the program, and stays`);
  }
}

/** What a Director would set on a machine. */
function directorChanges(words: Map<string, string>, seen: HostState): string[] {
  const pairs = (key: string) =>
    (words.get(key) ?? "").split(" ").flatMap((word) => {
      const [name = "", value = ""] = word.split("=");
      return name === "" ? [] : [{ name, value: value.replace(",", " ") }];
    });
  const timeouts = sharedSettings.timeoutsOf(seen);
  const daemons = sharedSettings.daemonsOf(seen);
  const sysctls = pairs("sysctls");
  return [
    ...pairs("timeouts").flatMap(({ name, value }) =>
      timeouts.get(name) === value
        ? []
        : [`timeout ${name} is ${timeouts.get(name) ?? "unknown"}, not ${value}: up sets it`],
    ),
    ...sysctls.flatMap(({ name, value }) => {
      const now = seen.settings.get(`net/ipv4/vs/${name}`)?.replaceAll("\t", " ");
      return now === undefined || now === value
        ? []
        : [`net.ipv4.vs.${name} is ${now}, not ${value}: up sets it`];
    }),
    ...settingChanges(seen, new Set(sysctls.map(({ name }) => name))),
    ...["master", "backup"].flatMap((role) => {
      const [wanted, now] = [words.get(role), daemons.get(role)];
      const what = `the ${role} connection synchronisation daemon`;
      if (wanted === undefined || `${now}, `.startsWith(`${wanted}, `)) {
        return [];
      }
      return [
        now === undefined
          ? `${what} does not run: up starts it`
          : `${what} runs with ${now}, not with ${wanted}: up starts it again`,
      ];
    }),
  ];
}
