import { ChildProcess, spawn } from "node:child_process";
import { request } from "node:http";
import { createInterface } from "node:readline";
import type {
  AnswersMessage,
  ChangeMessage,
  LoadRequest,
  Message,
  Sample,
  Topology,
} from "../../../watch/protocol.js" with { "resolution-mode": "import" };
import { root, run, stack } from "./harness";
import { Answer, ask } from "./httpRequest";

type Values = Record<string, string | number | boolean>;
type Of<T extends Message["type"]> = Extract<Message, { type: T }>;

/** `npm run watch` while it runs, and what its page would hear of it. */
export class Watching {
  /** All that has come so far. */
  readonly messages: Message[] = [];
  private cookie = "";
  /** The origin and a path that is a secret. */
  private base = "";
  private woken: (() => void)[] = [];
  private readonly ended: Promise<unknown>;

  private constructor(
    readonly child: ChildProcess,
    /** With the token, for a browser. */
    readonly url: string,
    private readonly said: () => string,
  ) {
    this.ended = new Promise((resolve) => child.on("close", resolve));
  }

  /** Starts it, in a process group of its own, and listens. */
  static async start(of = stack): Promise<Watching> {
    const args = ["run", "--silent", "watch", "--", "--stack", of, "--json"];
    const child = spawn("npm", args, {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaints = "";
    child.stderr.on("data", (data: Buffer) => (complaints += data.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        resolve((JSON.parse(line) as { url: string }).url);
      });
      child.on("close", () => {
        reject(new Error(`watch has ended: ${complaints}`));
      });
    });
    const watching = new Watching(child, url, () => complaints);
    await watching.enter();
    return watching;
  }

  /** What it has complained of. */
  get complaints(): string {
    return this.said();
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  get topology(): Topology {
    return this.last("topology").topology;
  }

  /** Gives an order as the page does. */
  async post(path: string, body: object): Promise<Answer> {
    return ask(`${this.base}${path}`, "POST", JSON.stringify(body), {
      cookie: this.cookie,
      origin: this.origin,
      "content-type": "application/json",
    });
  }

  /** Gives one that is to be followed. */
  async order(path: string, body: LoadRequest | object): Promise<void> {
    const { status, body: said } = await this.post(path, body);
    if (status !== 204) {
      throw new Error(`${path}: ${status} ${said}`);
    }
  }

  /** Waits for a message of a kind, among those from a place on; throws where watch ends. */
  async until<T extends Message["type"]>(
    type: T,
    test: (message: Of<T>) => boolean,
    from = 0,
  ): Promise<Of<T>> {
    for (let at = from; ; at++) {
      while (at >= this.messages.length) {
        if (!this.isThere()) {
          throw new Error(`watch has ended: ${this.complaints}`);
        }
        await new Promise<void>((resolve) => this.woken.push(resolve));
      }
      const message = this.messages[at];
      if (message?.type === type && test(message as Of<T>)) {
        return message as Of<T>;
      }
    }
  }

  /** The next sample. */
  sample(test: (sample: Sample) => boolean = () => true): Promise<Sample> {
    return this.until("sample", test, this.messages.length);
  }

  /** Previews a change. @returns What Pulumi says of it, where it does not refuse it. */
  async preview(settings: Values): Promise<ChangeMessage> {
    const from = this.messages.length;
    await this.order("/changes", { settings });
    return this.until("change", ({ state }) => /^(previewed|refused)$/.test(state), from);
  }

  /** Previews a change and says yes. @throws Error with what Pulumi printed where that fails. */
  async change(settings: Values): Promise<ChangeMessage> {
    const { id, state, lines } = await this.preview(settings);
    if (state !== "previewed") {
      throw new Error(lines.join("\n"));
    }
    const from = this.messages.length;
    await this.order("/changes/apply", { id });
    const done = await this.until("change", (c) => /^(applied|failed)$/.test(c.state), from);
    if (done.state === "failed") {
      throw new Error(done.lines.join("\n"));
    }
    return done;
  }

  /**
   * Who answered so many requests from now on: members' names, in order.
   * @throws Error when some did not arrive here.
   */
  async answers(count: number, way: AnswersMessage["way"] = "balanced"): Promise<string[]> {
    const who: number[] = [];
    let expected: number | undefined;
    for (let from = this.messages.length; who.length < count;) {
      const next = await this.until("answers", (message) => message.way === way, from);
      if (next.first !== (expected ?? next.first)) {
        throw new Error(`answers ${expected} to ${next.first - 1} have not arrived`);
      }
      expected = next.first + next.who.length;
      from = this.messages.indexOf(next) + 1;
      who.push(...next.who);
    }
    const { members } = this.topology;
    return who.slice(0, count).map((i) => members[i]?.name ?? String(i));
  }

  last<T extends Message["type"]>(type: T): Of<T> {
    const found = this.messages.filter((message) => message.type === type).at(-1);
    if (!found) {
      throw new Error(`no ${type} has come`);
    }
    return found as Of<T>;
  }

  /** Ends it as a terminal does, with all of its process group. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.isThere()) {
      process.kill(-(this.child.pid ?? 0), signal);
    }
    await this.ended;
  }

  /** What of it runs here: processes that have ended may not have been noticed by their parents. */
  async processes(): Promise<string[]> {
    const { stdout } = await run("ps", ["-eo", "pgid=,stat=,args="]);
    const own = new RegExp(`^ *${this.child.pid ?? 0} +[^Z ]`);
    return stdout.split("\n").filter((line) => own.test(line));
  }

  private isThere(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private async enter(): Promise<void> {
    const { status, headers } = await ask(this.url);
    if (status !== 303) {
      throw new Error(`the token opens nothing: ${status}`);
    }
    this.cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    this.base = this.origin + String(headers.location).slice(0, -1);
    await new Promise<void>((resolve, reject) => {
      const listening = request(`${this.base}/events`, { headers: { cookie: this.cookie } });
      listening.on("response", (response) => {
        // It is cut off in the end.
        response.on("error", () => undefined);
        createInterface({ input: response })
          .on("error", () => undefined)
          .on("line", (line) => {
            if (line.startsWith("data: ")) {
              this.messages.push(JSON.parse(line.slice("data: ".length)) as Message);
              this.woken.splice(0).forEach((wake) => {
                wake();
              });
            }
          });
        response.on("close", () => {
          this.woken.splice(0).forEach((wake) => {
            wake();
          });
        });
        resolve();
      });
      listening.on("error", reject);
      listening.end();
    });
    await this.until("topology", () => true);
  }
}
