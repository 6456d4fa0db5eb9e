import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { cache, pulumiBin, pulumiHome, root } from "../../lab/paths.js";
import { committedSettings } from "../../providers/qemu/committedSettings.js";
import { aptSources, type Suites } from "../../setup/steps/archives.js";
import { type Row, passed, skipped } from "./table.js";

/** A system on which `npm start` is typed. */
interface System {
  sources: Suites;
  /** Node.js of its own is too old: npm's package of a newer one, in the way that the first command's answer says. */
  newer?: string;
}

const debian = (name: string): Suites => ({
  archive: "debian",
  suites: [name, `${name}-updates`],
  security: `${name}-security`,
});
const ubuntu = (name: string): Suites => ({
  archive: "ubuntu",
  suites: [name, `${name}-updates`],
  security: `${name}-security`,
});

export const hosts: Record<string, System> = {
  debian12: { sources: debian("bookworm"), newer: "24" },
  debian13: { sources: debian("trixie") },
  debian14: { sources: { ...debian("forky"), mayBeStale: true } },
  ubuntu2404: { sources: ubuntu("noble"), newer: "24" },
  ubuntu2604: { sources: ubuntu("resolute") },
};

/** What README.md says that a host needs, and what a minimal system lacks of an ordinary one. */
const packages = "ca-certificates,git,nodejs,npm,sudo,procps,iproute2,apt";
const stack = "systems";
const columns = ["npm start", "alternation", "empty preview", "destroy", "nothing left"];

/** @param all With the whole of `npm test` on the host. */
export function hostColumns(all: boolean): string[] {
  return all ? [...columns, "npm test"] : columns;
}

/**
 * Runs the README's first command, a preview and a destroy on a system that is built for it and goes with it.
 * @param all With the whole of `npm test` behind them.
 */
export async function onHost(name: string, all: boolean, stop: AbortSignal): Promise<Row> {
  const system = hosts[name];
  if (!system) {
    throw new Error(`there is no host ${name}`);
  }
  mkdirSync(join(cache, "systems"), { recursive: true });
  const folder = mkdtempSync(join(cache, "systems", `${name}-`));
  try {
    const place = join(folder, "root");
    await build(system.sources, folder, place, stop);
    await furnish(place);
    return await steps({ name, system, place, all }, stop);
  } finally {
    // Its mounts were its own and went with it.
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(
  sources: Suites,
  folder: string,
  place: string,
  cancelSignal: AbortSignal,
): Promise<void> {
  const file = join(folder, "host.sources");
  writeFileSync(file, aptSources(sources));
  const stale = sources.mayBeStale ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : [];
  const [suite = ""] = sources.suites;
  await execa(
    "mmdebstrap",
    ["--quiet", "--variant=minbase", `--include=${packages}`, ...stale, suite, place, file],
    { cancelSignal, stdio: ["ignore", "inherit", "inherit"] },
  );
}

/** The committed state of this checkout, and how this computer reaches its package registries. */
async function furnish(place: string): Promise<void> {
  await execa("git", ["clone", "--quiet", root, join(place, "root/ipvs-lab")]);
  const settings = stringify(committedSettings(root, 60));
  writeFileSync(join(place, `root/ipvs-lab/Pulumi.${stack}.yaml`), settings);
  const { HOME = "/root", NODE_EXTRA_CA_CERTS = "", SSL_CERT_FILE = "" } = process.env;
  copy(join(HOME, ".npmrc"), join(place, "root/.npmrc"));
  for (const file of [
    "/etc/npmrc",
    "/etc/resolv.conf",
    "/etc/hosts",
    NODE_EXTRA_CA_CERTS,
    SSL_CERT_FILE,
  ]) {
    copy(file, join(place, file));
  }
  if (process.env.IPVS_LAB_SYSTEMS_CLI === "cached") {
    for (const folder of [pulumiBin, pulumiHome]) {
      const there = folder.replace(cache, join(place, "root/.cache/ipvs-lab"));
      cpSync(folder, there, { recursive: true, verbatimSymlinks: true });
    }
  }
}

function copy(from: string, to: string): void {
  if (from !== "" && existsSync(from)) {
    mkdirSync(dirname(to), { recursive: true });
    rmSync(to, { force: true });
    copyFileSync(from, to);
  }
}

async function steps(
  { name, system, place, all }: { name: string; system: System; place: string; all: boolean },
  stop: AbortSignal,
): Promise<Row> {
  const { newer } = system;
  copyFileSync(join(import.meta.dirname, "host.sh"), join(place, "root/host.sh"));
  const node = newer ? ["npm", "exec", "--yes", `--package=node@${newer}`, "--"] : [];
  const log = join(cache, "systems", `${name}.log`);
  rmSync(log, { force: true });
  console.error(`  its output: ${log}`);
  const command = ["sh", "/root/host.sh", ...(all ? ["--all"] : []), ...node];
  const said = await run(place, command, log, stop);
  const versions = /^@versions (.*)$/m.exec(said)?.[1] ?? "";
  return { name, versions, cells: cellsOf(said, all), said: [said] };
}

/** From what host.sh prints. Behind a start that failed an empty preview would say nothing. */
export function cellsOf(said: string, all: boolean): string[] {
  const results = new Map(
    [...said.matchAll(/^@@ (\w+) (\d+) (\d+)$/gm)].map(([, step = "", status, seconds]) => [
      step,
      { good: status === "0", seconds: Number(seconds) },
    ]),
  );
  const cell = (step: string) => {
    const { good, seconds } = results.get(step) ?? {};
    return good === undefined ? skipped : good ? passed(seconds) : "failed";
  };
  const begun = results.get("start")?.good === true;
  const shown = ["machine1", "machine2"].every((machine) => alternates(machine).test(said));
  return [
    cell("start"),
    begun ? (shown ? passed() : "failed") : skipped,
    begun ? cell("preview") : skipped,
    cell("destroy"),
    cell("left"),
    ...(all ? [cell("test")] : []),
  ];
}

/** Six answers, by turns. */
function alternates(machine: string): RegExp {
  return new RegExp(`^${machine}(( +BACKEND-1 +BACKEND-2){3}|( +BACKEND-2 +BACKEND-1){3}) *$`, "m");
}

/**
 * Runs a command there. Whatever it starts ends with it, so machines do as well.
 * @param log The file that gets its lines as they come.
 * @returns All that it printed.
 */
async function run(
  place: string,
  command: string[],
  log: string,
  cancelSignal: AbortSignal,
): Promise<string> {
  const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE } = process.env;
  const env = {
    ...{ HOME: "/root", PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    ...{ NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, IPVS_LAB_STACK: stack, LANG: "C.UTF-8" },
  };
  const enter = join(import.meta.dirname, "enter.sh");
  const running = execa("bash", [enter, place, ...command], {
    ...{ all: true, reject: false, stdin: "ignore", env, extendEnv: false, cancelSignal },
  });
  for await (const line of running.iterable({ from: "all" })) {
    appendFileSync(log, `${line}\n`);
    if (line.startsWith("@@ ")) {
      console.error(line);
    }
  }
  const { all } = await running;
  return all;
}
