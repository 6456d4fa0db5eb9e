import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { sshArguments, type Login } from "../../../setup/kernelMachine.js";
import type { Table } from "../work.js";
import type { Baseline } from "./baseline.js";

const folder = join(import.meta.dirname, "../program");
const [project, stack] = ["bench", "bench"];

/** Runs a command, then prints the memory of the largest process that it started, in KiB. */
const largest = `
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)`;

const components = {
  table: "IpvsTable",
  "checked table": "IpvsTable with health checks",
  announced: "IpvsTable and announced addresses",
  services: "IpvsService each",
  "plain members": "IpvsService of plain members each",
};

/**
 * This project: one IpvsTable, with keepalived's checks or without, or an IpvsService for each service, whose members
 * are RealServers or plain values, with one command engine or the other. Only the table's contents are created and
 * removed; the director is prepared before and stays.
 * @param target The machine where members answer; only a table with checks needs it.
 */
export function thisProject(
  what: keyof typeof components,
  engine: "kept" | "official",
  target?: Login,
): Baseline {
  const run = async (verb: string, table: Table, ...options: string[]) => {
    writeFileSync(join(folder, "table.json"), JSON.stringify(table));
    const env = { IPVS_LAB_BENCH: what, IPVS_LAB_COMMAND_ENGINE: engine };
    const args = [verb, "--stack", stack, "--non-interactive", ...options];
    const { stdout } = await execa("python3", ["-c", largest, "pulumi", ...args], {
      cwd: folder,
      env,
    });
    return Math.round(Number(stdout.trim().split("\n").at(-1)) / 1024);
  };
  const up = (table: Table) => run("up", table, "--yes", "--skip-preview");
  return {
    name: `${components[what]}, ${engine} connections`.replace(
      "official connections",
      "official plugin",
    ),
    maxMembers: what.endsWith("table") ? Infinity : 1000,
    prepare: () => (target ? answering(target) : Promise.resolve()),
    begin: async () => {
      // A director's keepalived is none of the table's.
      if (hasKeepalived !== (what === "checked table")) {
        await up([]);
        hasKeepalived = !hasKeepalived;
      }
    },
    create: up,
    preview: (table) => run("preview", table),
    change: up,
    again: (table) => run("preview", table),
    destroy: () => up([]),
  };
}

/** True when the director on the machine has engine "keepalived". */
let hasKeepalived = false;

/** Has the machine itself answer for all members, so that their checks pass. */
async function answering(target: Login): Promise<void> {
  const answer =
    'import socket; s = socket.create_server(("", 80), backlog=4096)\nwhile True: s.accept()[0].close()';
  const script = `ip route replace local 10.40.0.0/16 dev lo
setsid python3 -c '${answer}' >/dev/null 2>&1 </dev/null &`;
  await execa("ssh", [...sshArguments(target), "sudo -n sh -e -s"], { input: script });
}

/** Makes the stack and prepares the director before the measurement. */
export async function prepareStack(target: Login): Promise<void> {
  await execa("pulumi", ["stack", "rm", stack, "--yes", "--force"], { cwd: folder, reject: false });
  await execa("pulumi", ["stack", "init", stack], { cwd: folder });
  const { host, port, user, identityFile, knownHosts } = target;
  const [, ...hostKey] = readFileSync(knownHosts, "utf8").trim().split("\n")[0]?.split(" ") ?? [];
  const login = { host, port, user, identityFile, hostKey: hostKey.join(" ") };
  // Pulumi has written the secrets' salt into this file.
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const settings = parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, stringify({ ...settings, config: { [`${project}:login`]: login } }));
  await thisProject("table", "kept").create([]);
}

/** Removes everything that this project made on the machine, and the stack. */
export async function removeStack(): Promise<void> {
  const options = { cwd: folder, env: { IPVS_LAB_BENCH: "table" }, reject: false };
  writeFileSync(join(folder, "table.json"), "[]");
  await execa("pulumi", ["destroy", "--stack", stack, "--yes", "--skip-preview"], options);
  await execa("pulumi", ["stack", "rm", stack, "--yes", "--force"], options);
}
