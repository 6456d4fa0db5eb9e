import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { boxFolder } from "../../lab/paths.js";
import type { Step } from "./step.js";

export const keyFile = join(boxFolder, "id_ed25519");

/** The key that logs in to the lab's machines. It is made here, and only boxes built here accept it. */
export const sshKey: Step = {
  name: "The machines' SSH key",
  remedy: "npm run setup",
  isDone: () => existsSync(`${keyFile}.pub`),
  async run() {
    mkdirSync(boxFolder, { recursive: true });
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ipvs-lab", "-f", keyFile]);
  },
};
