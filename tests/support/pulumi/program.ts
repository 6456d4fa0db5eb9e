import { join } from "node:path";
import { FakeSsh } from "../ssh/fakeServer";
import { keyPair } from "../ssh/keys";
import { plugin, Project, quickly, root } from "./project";

/** What an update or a preview did, by "operation name", and what it said. */
export interface Outcome {
  status: number | null;
  steps: string[];
  said: string;
}

/** A program with the components of this project, and Pulumi itself. */
export class RealProgram {
  readonly project = new Project();

  constructor() {
    this.project.write("key", keyPair().private);
    this.project.write("package.json", "{}");
  }

  /**
   * The program is this from now on; `host(name, machine)`, all components and the plugin are there, and the private
   * key that all machines take.
   */
  write(lines: string[], name = "try"): void {
    const runtime = { name: "nodejs", options: quickly };
    const providers = [
      { name: "command", path: join(root, "providers/command") },
      { name: "ipvs-lab", path: plugin },
    ];
    this.project.write(
      "Pulumi.yaml",
      JSON.stringify({ name, runtime, main: "index.js", plugins: { providers } }),
    );
    const key = JSON.stringify(join(this.project.folder, "key"));
    this.project.write(
      "index.js",
      [
        `const { readFileSync } = require("node:fs");`,
        `const pulumi = require("@pulumi/pulumi");`,
        `const lab = require(${JSON.stringify(join(root, "components/index.ts"))});`,
        `const privateKey = pulumi.secret(readFileSync(${key}, "utf8"));`,
        `const host = (name, ssh, args = {}, opts = undefined) => new lab.Host(name, { ssh: { ...ssh, privateKey }, interface: "tbr", address: "192.0.2.10/24", ...args }, opts);`,
        ...lines,
      ].join("\n"),
    );
  }

  async up(): Promise<Outcome> {
    return this.run("up", "--yes", "--skip-preview");
  }

  async preview(): Promise<Outcome> {
    return this.run("preview");
  }

  async destroy(): Promise<Outcome> {
    return this.run("destroy", "--yes", "--skip-preview");
  }

  private async run(...args: string[]): Promise<Outcome> {
    const { status, stdout, stderr } = await this.project.run(
      "pulumi",
      ...args,
      "--non-interactive",
      "--json",
    );
    const events = [...eventsOf(stdout)];
    const steps = events.flatMap(({ metadata, op, urn }) => {
      const what = metadata ?? { op, urn };
      return what.op === undefined ? [] : [`${what.op} ${what.urn?.split("::").at(-1) ?? ""}`];
    });
    const said = events.flatMap(({ message, severity }) =>
      message === undefined || severity === "debug" ? [] : [message.trim()],
    );
    const all = [...said, stderr.trim()].join("\n");
    return { status, said: all, steps: steps.filter((step) => !/^(same|read) /.test(step)) };
  }
}

interface Event {
  metadata?: { op?: string; urn?: string };
  op?: string;
  urn?: string;
  message?: string;
  severity?: string;
}

/** The events of an update, a line each, or the steps and messages of a preview. */
function eventsOf(printed: string): Event[] {
  if (printed.startsWith("{\n")) {
    const { steps = [], diagnostics = [] } = JSON.parse(printed) as Record<string, Event[]>;
    return [...steps, ...diagnostics];
  }
  return printed
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => {
      const event = JSON.parse(line) as Record<string, Event>;
      return [event.resourcePreEvent, event.diagnosticEvent].filter((e) => e !== undefined);
    });
}

/** For a program's text. */
export function sshOf(machine: FakeSsh): string {
  return JSON.stringify(machine.ssh);
}
