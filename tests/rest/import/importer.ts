import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { knownHostsName, loginArguments, pathInOption } from "../../../components/ssh/program";
import { esModules } from "../../support/evaluate";
import { realFolder } from "../../support/import/realFiles";
import { root } from "../../support/pulumi/project";
import type { Login } from "../testbed";

/** What an import says. */
export interface Said {
  /** What `--check` says: what `up` would change, why it would refuse, and what stays. */
  changes: string[];
  refusals: string[];
  notes: string[];
  omitted: string[];
}

/** The importer in one process for all files (forMachines.mts), as jest cannot load its modules. */
export class Importer {
  private readonly folder = mkdtempSync(join(tmpdir(), "ipvs-lab-import-"));
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (said: Said & { error?: string }) => void>();
  private count = 0;

  constructor(privateKey: string) {
    writeFileSync(join(this.folder, "key"), privateKey);
    chmodSync(join(this.folder, "key"), 0o600);
    const script = join(root, "tests/support/import/forMachines.mts");
    this.child = spawn(process.execPath, [esModules, script], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        const { id, said } = JSON.parse(line) as { id: number; said: Said };
        this.waiting.get(id)?.(said);
      });
    }
  }

  /**
   * Imports a file with `--host`.
   * @param file Its path, from tests/import.
   * @param out The program's file.
   * @throws Error with what the importer says.
   */
  async import(file: string, login: Login, out: string): Promise<Said> {
    const { host, port, user, hostKey } = login;
    const known = join(this.folder, `known_hosts-${port}`);
    writeFileSync(known, `${knownHostsName(host, port)} ${hostKey}\n`);
    const args = loginArguments(
      { host, port, user, identityFile: join(this.folder, "key") },
      {
        ...{ BatchMode: "yes", StrictHostKeyChecking: "yes", LogLevel: "ERROR" },
        UserKnownHostsFile: pathInOption(known),
      },
    );
    const id = ++this.count;
    const order = {
      ...{ files: [resolve(realFolder, file)], out, interface: "eth0", args },
      reach: { name: "lb", host, port, user, hostKey },
    };
    const answer = new Promise<Said & { error?: string }>((resolve) =>
      this.waiting.set(id, resolve),
    );
    this.child.stdin?.write(`${JSON.stringify({ id, order })}\n`);
    const { error, ...said } = await answer;
    if (error !== undefined) {
      throw new Error(error);
    }
    return said;
  }

  async end(): Promise<void> {
    const closed = once(this.child, "close");
    this.child.stdin?.end();
    await closed;
    rmSync(this.folder, { recursive: true });
  }
}
