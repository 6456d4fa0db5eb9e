import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { sshArguments, type Login } from "../../setup/kernelMachine.js";
import { measure, type Figure } from "./measure.js";
import { ansible } from "./peers/ansible.js";
import { begin, end, own } from "./peers/own.js";
import { restore, session } from "./peers/session.js";
import { buildTofu, tofu } from "./peers/tofu.js";
import { limit } from "./report.js";
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
export interface Choice {
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
  choice: Choice,
  note: (figure: Figure) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-bench-"));
  const peers = [
    restore(login),
    own("table", "kept"),
    own("table", "official"),
    own("services", "kept"),
    own("services", "official"),
    session(login),
    ansible(login, "raw", folder),
    ansible(login, "command", folder),
    tofu(login, buildTofu, folder),
  ].filter(({ name }) => {
    const isChosen = choice.peers.length === 0 || choice.peers.some((word) => name.includes(word));
    return isChosen || name === limit;
  });
  const count = async () => {
    const look = "sudo -n ipvsadm -Sn | grep -c . || true";
    return Number((await execa("ssh", [...sshArguments(login), look])).stdout);
  };
  try {
    await count();
    await begin(login);
    for (const peer of peers) {
      await peer.prepare?.();
    }
    for (const [services, members] of choice.sizes ?? sizes) {
      if (services * members <= choice.most) {
        await measure(peers, tableOf(services, members), count, note);
      }
    }
  } finally {
    await end();
    rmSync(folder, { recursive: true, force: true });
  }
}
