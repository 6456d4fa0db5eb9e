import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { posixQuoted } from "../../../components/host/quoting";
import type { Properties } from "../../../providers/protocol/wire";
import type { Timing } from "../../../providers/vagrant/program/queue";
import { VagrantProvider } from "../../../providers/vagrant/provider";

export const urn = "urn:pulumi:dev::lab::vagrant:index:Machine::machine1";

/** Short pauses, so that tests do not wait. */
export const timing: Timing = {
  batchDelay: 30,
  lockPause: 10,
  maxLockPause: 20,
  lockTimeout: 5_000,
  loginPause: 10,
};

interface Faults {
  dying?: boolean;
  everything?: string;
  hang?: boolean;
  locked?: number;
  neverMade?: string[];
  provisioning?: string[];
  serial?: boolean;
  undying?: boolean;
}

/** What an error carries when Pulumi is to record the machine all the same. */
export interface Recorded {
  id?: string;
  message: string;
  properties?: Properties;
  reasons?: string[];
}

/** A scratch folder with a Vagrantfile, and a fake vagrant, ssh and ssh-keyscan first on PATH. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), "vagrant-test-"));
  readonly project = join(this.folder, "the project");
  readonly provider: VagrantProvider;
  private readonly path = process.env.PATH ?? "";

  constructor(engineAddress?: string) {
    mkdirSync(this.project);
    this.vagrantfile("machine machine1\nmachine machine2\n");
    writeFileSync(join(this.folder, "the key"), "PRIVATE KEY\n");
    process.env.PATH = [join(__dirname, "fake"), this.path].join(delimiter);
    process.env.FAKE_VAGRANT = this.folder;
    this.provider = new VagrantProvider(engineAddress, timing);
  }

  close(): void {
    process.env.PATH = this.path;
    rmSync(this.folder, { recursive: true });
  }

  vagrantfile(content: string): void {
    writeFileSync(join(this.project, "Vagrantfile"), content);
  }

  removeVagrantfile(): void {
    rmSync(join(this.project, "Vagrantfile"));
  }

  faults(faults: Faults): void {
    const assignments = Object.entries(faults).map(
      ([name, value]) => `${name}=${posixQuoted(wordOf(value as Faults[keyof Faults] & {}))}\n`,
    );
    writeFileSync(join(this.folder, "faults"), assignments.join(""));
  }

  /** From now on Vagrant ends with this on standard error. */
  raises(text: string): void {
    writeFileSync(join(this.folder, "raised"), text);
  }

  sshFails(text: string): void {
    writeFileSync(join(this.folder, "ssh-error"), text);
  }

  /** The host key that is shown at the address of any machine; by default nobody is there. */
  shows(hostKey: string): void {
    writeFileSync(join(this.folder, "shown-key"), hostKey);
  }

  /** Changes a machine's state behind the provider's back, as `vagrant halt` by hand would. */
  byHand(name: string, state: string): void {
    writeFileSync(join(this.project, ".vagrant", "machines", name, "fake", "state"), state);
  }

  /** Takes a machine away behind the provider's back. */
  destroyByHand(name: string): void {
    rmSync(join(this.project, ".vagrant", "machines", name), { recursive: true });
  }

  /** The arguments of every call of vagrant so far, each as one line. */
  calls(): string[] {
    return this.notes().map(({ args }) => args.join(" "));
  }

  /** Every call of vagrant so far. */
  notes(): { args: string[]; cwd: string; mark?: string }[] {
    const lines = this.read("calls").split("\n").filter(Boolean);
    return lines.map((line) => {
      const [cwd = "", mark = "", ...args] = line.split("\t");
      return { args, cwd, ...(mark !== "" && { mark: mark.slice(1) }) };
    });
  }

  forgetCalls(): void {
    writeFileSync(join(this.folder, "calls"), "");
  }

  read(file: string): string {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** A program's properties after `check`, which must find nothing wrong. */
  async inputs(name = "machine1", more: Properties = {}): Promise<Properties> {
    const given = { name, directory: this.project, ...more };
    const { inputs, failures } = await this.provider.check(urn, {}, given);
    if (failures.length > 0) {
      throw new Error(`check: ${JSON.stringify(failures)}`);
    }
    return inputs;
  }

  /** A machine that was made; its calls are forgotten. */
  async made(name = "machine1", more: Properties = {}): Promise<{ id: string; outs: Properties }> {
    const made = await this.provider.create(urn, await this.inputs(name, more));
    this.forgetCalls();
    return made;
  }
}

/** For the fake's shell: false and an empty list are nothing. */
function wordOf(value: string | number | boolean | string[]): string {
  return Array.isArray(value) ? value.join("\n") : value === false ? "" : String(value);
}

/** The error of something that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<Recorded> {
  return work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => error as Recorded,
  );
}
