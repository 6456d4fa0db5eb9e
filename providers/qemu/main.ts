import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { builtBox, identityFile } from "./box";
import { locked } from "./lock";
import { Machine } from "./machine";
import { Switch } from "./network/switch";
import { Report } from "./report";
import { readLab, type MachineSettings } from "./settings";

const usage = `usage: machines COMMAND [--machine-readable] [NAME…]

The lab's machines, run by QEMU without Vagrant. Takes Vagrant's commands, in the project's folder:
  up           make or start the machines, and wait for their SSH servers
  halt         shut them down
  reload       shut them down, and start them with the settings of now
  destroy      end them, and take their disks away
  status       not_created, halted, running or paused
  ssh-config   how ssh reaches them
  ssh NAME [-c COMMAND]
  pull         pull the cables of the lab's network out of them
  plug         plug them in again
  switch start | end
               the switch between more than two machines, which up starts and
               the last machine's end ends; for those that Vagrant runs
IPVS_LAB_STACK is the stack, "dev" without it; VAGRANT_DOTFILE_PATH the folder of the machines' files.`;

const project = process.cwd();
const { IPVS_LAB_STACK: stack = "dev", VAGRANT_DOTFILE_PATH: files = ".state/machines" } =
  process.env;
const verbs = {
  up: (machine: Machine) => machine.up(),
  reload: (machine: Machine) => machine.reload(),
  halt: (machine: Machine) => machine.halt(),
  destroy: (machine: Machine) => machine.destroy(),
  pull: (machine: Machine) => machine.cable(false),
  plug: (machine: Machine) => machine.cable(true),
};

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      "machine-readable": { type: "boolean" },
      // Options of Vagrant that are accepted here without an effect.
      ...{ "no-destroy-on-error": { type: "boolean" }, provision: { type: "boolean" } },
      force: { type: "boolean", short: "f" },
      command: { type: "string", short: "c" },
    },
  });
  const [verb = "", ...names] = positionals;
  if (values.help || verb === "") {
    console.log(usage);
    process.exit(values.help ? 0 : 1);
  }
  const report = new Report(values["machine-readable"] === true);
  try {
    if (verb === "switch") {
      await switchLab(names, report);
      return;
    }
    const machines = chosen(names);
    if (verb === "ssh") {
      await ssh(machines, values.command);
    } else if (verb === "status") {
      for (const settings of machines) {
        report.state(settings.name, await machineOf(settings, report).state());
      }
    } else if (verb === "ssh-config") {
      for (const settings of machines) {
        report.sshConfig(settings.name, sshConfig(settings));
      }
    } else if (verb in verbs) {
      await alone(report, () => carryOut(verb as keyof typeof verbs, machines, report));
    } else {
      throw new Error(`no command "${verb}"\n${usage}`);
    }
  } catch (error) {
    report.failure(new Map([["", error instanceof Error ? error.message : String(error)]]));
    process.exit(1);
  }
}

/** Waits until no other process works on these machines, and keeps others from it meanwhile. */
function alone(report: Report, work: () => Promise<void>): Promise<void> {
  const wait = () => {
    report.say("", "Waiting for another process that works on these machines…");
  };
  return locked(`${resolve(project, files)}.lock`, wait, work);
}

/** Starts or ends the switch. */
async function switchLab([what]: string[], report: Report): Promise<void> {
  if (what !== "start" && what !== "end") {
    throw new Error(`switch wants start or end\n${usage}`);
  }
  await alone(report, () => labSwitch()[what]());
}

function labSwitch(): Switch {
  return new Switch(readLab(project, stack), resolve(project, files, "switch"));
}

/** Handles all machines side by side. The failure of one does not stop the others. */
async function carryOut(
  verb: keyof typeof verbs,
  machines: MachineSettings[],
  report: Report,
): Promise<void> {
  const reasons = new Map<string, string>();
  if (verb === "up" || verb === "reload") {
    await labSwitch().start();
  }
  await Promise.all(
    machines.map(async (settings) => {
      const { name } = settings;
      report.action(name, verb, "start");
      try {
        await verbs[verb](machineOf(settings, report));
        report.action(name, verb, "end");
      } catch (error) {
        reasons.set(name, error instanceof Error ? error.message : String(error));
      }
    }),
  );
  if (verb === "destroy") {
    await endUnusedSwitch();
    dropEmpty(resolve(project, files, "machines"), resolve(project, files));
  }
  if (reasons.size > 0) {
    report.failure(reasons);
    process.exitCode = 1;
  }
}

function chosen(names: string[]): MachineSettings[] {
  const { machines: all } = readLab(project, stack);
  return (names.length > 0 ? names : [...all.keys()]).map((name) => {
    const settings = all.get(name);
    if (!settings) {
      const known = [...all.keys()].join(", ");
      throw new Error(`no machine "${name}" in Pulumi.${stack}.yaml, which has ${known}`);
    }
    return settings;
  });
}

function machineOf(settings: MachineSettings, report: Report): Machine {
  const { name } = settings;
  // The same path as that of Vagrant's own providers, so that the id is found in the same place.
  const folder = resolve(project, files, "machines", name, "qemu");
  const box = () => builtBox(settings.box);
  return new Machine(settings, folder, box, (text) => {
    report.say(name, text);
  });
}

function sshConfig({ name, sshPort }: MachineSettings): string {
  return [
    `Host ${name}`,
    "  HostName 127.0.0.1",
    "  User vagrant",
    `  Port ${sshPort}`,
    "  UserKnownHostsFile /dev/null",
    "  StrictHostKeyChecking no",
    "  PasswordAuthentication no",
    `  IdentityFile "${identityFile()}"`,
    "  IdentitiesOnly yes",
    "  LogLevel FATAL",
    "",
  ].join("\n");
}

async function ssh([machine]: MachineSettings[], command: string | undefined): Promise<void> {
  if (machine === undefined) {
    throw new Error("ssh wants the machine's name");
  }
  const options = sshConfig(machine)
    .split("\n")
    .slice(1)
    .flatMap((line) => (line.trim() === "" ? [] : ["-o", line.trim().replace(" ", "=")]));
  const words = [
    "-F",
    "none",
    ...options,
    machine.name,
    ...(command === undefined ? [] : [command]),
  ];
  const child = spawn("ssh", words, { stdio: "inherit" });
  process.exitCode = await new Promise<number>((done, reject) => {
    child.once("error", reject).once("close", (code) => {
      done(code ?? 1);
    });
  });
}

/** Ends the switch once no machine is left. */
async function endUnusedSwitch(): Promise<void> {
  const machines = resolve(project, files, "machines");
  const left = existsSync(machines) ? readdirSync(machines) : [];
  if (left.every((name) => readdirSync(join(machines, name)).length === 0)) {
    await labSwitch().end();
  }
}

/** Removes folders that hold no machine any more. */
function dropEmpty(machines: string, all: string): void {
  try {
    for (const name of readdirSync(machines)) {
      if (readdirSync(join(machines, name)).length === 0) {
        rmdirSync(join(machines, name));
      }
    }
    rmdirSync(machines);
    rmdirSync(all);
  } catch {
    // Others are left, or there is none.
  }
}
