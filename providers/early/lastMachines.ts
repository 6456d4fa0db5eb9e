import { readFile } from "node:fs/promises";
import type { Login } from "../../components/host/refresh/ask";

interface StateFile {
  checkpoint?: { latest?: { resources?: { type: string; outputs?: Outputs }[] } };
}

interface Outputs extends Omit<Login, "privateKey"> {
  state?: string;
  identityFile: string;
}

/**
 * The machines that ran at the end of the last run, from the file of a stack's state. Their private keys are encrypted
 * there, and come from the files in which Vagrant keeps them.
 */
export async function lastMachines(file: string): Promise<Login[]> {
  const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as StateFile;
  const running = (checkpoint?.latest?.resources ?? []).flatMap(({ type, outputs }) =>
    type === "vagrant:index:Machine" && outputs?.state === "running" && outputs.hostKey !== ""
      ? [outputs]
      : [],
  );
  return Promise.all(
    running.map(async ({ host, port, user, hostKey, identityFile }) => {
      const privateKey = await readFile(identityFile, "utf8");
      return { host, port, user, privateKey, hostKey };
    }),
  );
}
