import { execa } from "execa";
import { sshArguments, type Login } from "../../../setup/kernelMachine.js";
import { additions, edition, removals } from "../work.js";
import type { Baseline } from "./baseline.js";

/** The workshop's way: commands one by one in a shell on the machine, pasted into one SSH session. */
export function session(target: Login): Baseline {
  const paste = (lines: string[]) =>
    inShell(
      target,
      lines.map((line) => `ipvsadm ${line}\n`),
    );
  return {
    name: "a script, one SSH session",
    maxMembers: 1000,
    create: (table) => paste(additions(table)),
    change: (_, service, member) => paste([edition(service, member)]),
    destroy: (table) => paste(removals(table)),
  };
}

/** The fastest way: all lines to one ipvsadm, over SSH. */
export function restore(target: Login): Baseline {
  const feed = (lines: string[]) =>
    inShell(target, ["ipvsadm -R <<'END'\n", ...lines.map((line) => `${line}\n`), "END\n"]);
  return {
    name: "bare ipvsadm -R over SSH",
    maxMembers: Infinity,
    create: (table) => feed(additions(table)),
    change: (_, service, member) => feed([edition(service, member)]),
    destroy: (table) => feed(removals(table)),
  };
}

async function inShell(target: Login, lines: string[]): Promise<undefined> {
  await execa("ssh", [...sshArguments(target), "sudo -n sh -e -s"], { input: lines.join("") });
}
