import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { program } from "../../components/host/kernel";
import { shellQuote } from "../../components/host/quoting";
import type { Mode, Scenario } from "./scenarios";

/** What became of the machine when a run was cut and repeated. */
export interface Result {
  name: string;
  mode: Mode;
  /** How many lines were printed before the cut, of how many. */
  at: number;
  of: number;
  /** The last of those. */
  line: string;
  status: number;
  /** Where the machine is otherwise than behind an uncut run; empty where it is not. */
  differs: string[];
  seconds: number;
}

type Answer = Result | { done: true };

const text = (name: string) => readFileSync(join(__dirname, "machine", name), "utf8");

/** Where runs are cut on the machine under test; it goes with the connection. */
export class Box {
  /** Lines wait here until they are asked for: several may come at once. */
  private readonly answers: AsyncIterator<string, undefined>;
  private readonly closed: Promise<unknown>;
  private readonly shell;
  private said = "";

  /**
   * @param system True for a throw-away system with a systemd of its own; else namespaces have to do.
   * @param tried The program that is cut.
   */
  constructor(system: boolean, tried = program) {
    const target = process.env.IPVS_LAB_KERNEL_SSH;
    if (!target) {
      throw new Error("IPVS_LAB_KERNEL_SSH says no machine: use `npm run test:cuts`");
    }
    // The first line holds the rest of the program.
    const start = `python3 -c ${shellQuote("import sys, json; exec(json.loads(sys.stdin.readline()))")}`;
    this.shell = spawn("ssh", [...target.split(" "), `sudo -n ${start}`], { detached: true });
    this.shell.stderr.on("data", (part: Buffer) => (this.said += part.toString()));
    this.shell.stdin.on("error", () => undefined);
    this.closed = once(this.shell, "close");
    this.answers = createInterface({ input: this.shell.stdout })[Symbol.asyncIterator]();
    this.send(text("start.py"));
    const cuts = text("state.py") + text("cuts.py");
    this.send({ system, program: tried, "box.sh": text("box.sh"), "cuts.py": cuts });
  }

  /** Cuts a scenario's run wherever it can be cut. */
  async cut(scenario: Scenario): Promise<Result[]> {
    this.send(scenario);
    const results: Result[] = [];
    for (;;) {
      const { done, value } = await this.answers.next();
      if (done) {
        throw new Error(`the connection ended: ${this.said}`);
      }
      const answer = JSON.parse(value) as Answer;
      if ("done" in answer) {
        return results;
      }
      results.push(answer);
    }
  }

  /** Ends the connection, and waits until nothing is left. */
  async end(): Promise<void> {
    this.shell.stdin.end();
    await this.closed;
  }

  private send(what: unknown): void {
    this.shell.stdin.write(`${JSON.stringify(what)}\n`);
  }
}
