import { execa } from "execa";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sshArguments, type Login } from "../setup/kernelMachine.js";
import { measure, type Figure } from "./measure.js";
import { ansible } from "./peers/ansible.js";
import { begin, end, own } from "./peers/own.js";
import { restore, session } from "./peers/session.js";
import { buildTofu, tofu } from "./peers/tofu.js";
import { tableOf } from "./work.js";

/** Services, and members of each. */
export const sizes = [
  [1, 30],
  [1, 300],
  [1, 3000],
  [1, 10000],
  [10, 10],
  [100, 10],
  [1000, 10],
] as const;

/** Measures all peers on one machine, the one after the other. */
export async function benchTables(
  login: Login,
  most: number,
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
    tofu(login, await buildTofu(), folder),
  ];
  const count = async () => {
    const look = "sudo -n ipvsadm -Sn | grep -c . || true";
    return Number((await execa("ssh", [...sshArguments(login), look])).stdout);
  };
  try {
    await count();
    await begin(login);
    for (const [services, members] of sizes) {
      if (services * members <= most) {
        await measure(peers, tableOf(services, members), count, note);
      }
    }
  } finally {
    await end();
    rmSync(folder, { recursive: true, force: true });
  }
}
