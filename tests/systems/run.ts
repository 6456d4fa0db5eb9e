import { spawnSync } from "node:child_process";
import type { BoxName } from "../../providers/qemu/boxes.js";
import { boxSteps } from "../../setup/steps/box.js";
import { runMissingSteps } from "../../setup/steps/runMissingSteps.js";
import { hostColumns, hosts, onHost } from "./hosts.js";
import { isGood, markdown, type Row } from "./table.js";
import { onTarget, targetColumns, targets } from "./targets.js";

/** Which systems; all of them where none is named. */
export interface Selection {
  host?: string;
  target?: string;
  /** On each host also the whole of `npm test`, which takes an hour. */
  all?: boolean;
}

/**
 * Runs on each system what its table says, and prints the table. A system that fails does not keep the others from
 * their turn.
 * @throws Error where a system is unknown, this computer cannot do it, or anything has failed
 */
export async function runSystems(
  { host, target, all: whole = false }: Selection,
  stop: AbortSignal,
): Promise<void> {
  const all = host === undefined && target === undefined;
  const chosen = {
    hosts: named("host", Object.keys(hosts), host, all),
    targets: named("target", targets, target, all),
  };
  if (chosen.hosts.length > 0) {
    mayEnterRoots();
  }
  const rows = { hosts: [] as Row[], targets: [] as Row[] };
  for (const name of chosen.hosts) {
    rows.hosts.push(await attempt(name, hostColumns(whole), stop, () => onHost(name, whole, stop)));
  }
  for (const name of chosen.targets) {
    rows.targets.push(
      await attempt(name, targetColumns, stop, async () => {
        await runMissingSteps(boxSteps(name as BoxName));
        return onTarget(name, stop);
      }),
    );
  }
  console.log(`${new Date().toISOString().slice(0, 10)}, Node.js ${process.versions.node}\n`);
  console.log(`${markdown("host", hostColumns(whole), rows.hosts)}\n`);
  console.log(markdown("target", targetColumns, rows.targets));
  const bad = [...rows.hosts, ...rows.targets].filter((row) => !isGood(row));
  if (bad.length > 0) {
    throw new Error(`not all is well on ${bad.map(({ name }) => name).join(", ")}: see above`);
  }
}

async function attempt(
  name: string,
  columns: string[],
  stop: AbortSignal,
  work: () => Promise<Row>,
): Promise<Row> {
  console.error(`• ${name}`);
  try {
    stop.throwIfAborted();
    const row = await work();
    if (!isGood(row)) {
      console.error(row.said.join("\n"));
    }
    return row;
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return {
      name,
      versions: "",
      cells: columns.map(() => (stop.aborted ? "not run" : "failed")),
      said: [],
    };
  }
}

function named(
  kind: string,
  known: readonly string[],
  one: string | undefined,
  all: boolean,
): readonly string[] {
  if (one !== undefined && !known.includes(one)) {
    throw new Error(`--${kind}: there is no "${one}"; there are ${known.join(", ")}`);
  }
  return one === undefined ? (all ? known : []) : [one];
}

/** Mounts and devices of another root need root itself. */
function mayEnterRoots(): void {
  const mayUnshare = spawnSync("unshare", ["--mount", "--pid", "--fork", "true"]).status === 0;
  if (process.getuid?.() !== 0 || !mayUnshare) {
    throw new Error(
      "Hosts are tried in root file systems with mounts of their own, which needs root: run it as root where mounts are allowed, or one target, `npm run test:systems -- --target debian13`, which needs no rights.",
    );
  }
}
