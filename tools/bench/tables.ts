import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { sshArguments, type Login } from "../../setup/kernelMachine.js";
import { ansible } from "./baselines/ansible.js";
import { prepareStack, removeStack, thisProject } from "./baselines/own.js";
import { restore, session } from "./baselines/session.js";
import { buildTofu, tofu } from "./baselines/tofu.js";
import { measure, type Figure } from "./measure.js";
import { reference } from "./report.js";
import { tableOf } from "./work.js";

/** Numbers of services, and of members of each. */
const sizes = [
  [1, 30],
  [1, 300],
  [1, 3000],
  [1, 10000],
  [10, 10],
  [100, 10],
  [1000, 10],
] as const;

/** The choice of what is measured. */
export interface TablesOptions {
  /** The most members of a table. */
  most: number;
  /** Parts of the baselines' names; empty for all. */
  peers: string[];
  /** Numbers of services, and of members of each; the default sizes when left out. */
  sizes?: [number, number][];
}

/** Measures baselines on one machine, one after the other. */
export async function benchTables(
  login: Login,
  choice: TablesOptions,
  note: (figure: Figure) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-bench-"));
  const baselines = [
    restore(login),
    thisProject("table", "kept"),
    thisProject("table", "official"),
    thisProject("checked table", "kept", login),
    thisProject("announced", "kept"),
    thisProject("services", "kept"),
    thisProject("plain members", "kept"),
    thisProject("services", "official"),
    session(login),
    ansible(login, "raw", folder),
    ansible(login, "command", folder),
    tofu(login, buildTofu, folder),
  ].filter(({ name }) => {
    const isChosen = choice.peers.length === 0 || choice.peers.some((word) => name.includes(word));
    return isChosen || name === reference;
  });
  const count = async () => {
    const look = "sudo -n ipvsadm -Sn | grep -c . || true";
    return Number((await execa("ssh", [...sshArguments(login), look])).stdout);
  };
  try {
    await count();
    await prepareStack(login);
    for (const baseline of baselines) {
      await baseline.prepare?.();
    }
    for (const [services, members] of choice.sizes ?? sizes) {
      if (services * members <= choice.most) {
        await measure(baselines, tableOf(services, members), count, note);
      }
    }
  } finally {
    await removeStack();
    rmSync(folder, { recursive: true, force: true });
  }
}
