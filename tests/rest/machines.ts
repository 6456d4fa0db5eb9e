import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { shellQuote } from "../../components/host/quoting";
import { Login } from "./testbed";

const script = (path: string) => readFileSync(join(__dirname, path), "utf8");
const looks = script("machine/looks.sh");

/** One of the machines that programs run on. */
export interface Machine {
  login: Login;
  /** Runs a script for a shell as root. @throws with what it said where it fails */
  run: (script: string) => Promise<string>;
}

/** The machine under test, and a throw-away system on it as a second one; both go with the connection. */
export class Machines {
  private constructor(
    private readonly holder: ChildProcess,
    private readonly all: Machine[],
    readonly behind: Login[],
    readonly privateKey: string,
    /** The first process of the second machine, as the first one numbers it. */
    readonly second: string,
  ) {
    this.free = [...all];
  }

  /** Whoever has one gives it back. */
  private free: Machine[];
  private readonly waiting: (() => void)[] = [];

  static async begin(): Promise<Machines> {
    const target = process.env.IPVS_LAB_KERNEL_SSH;
    if (!target) {
      throw new Error("IPVS_LAB_KERNEL_SSH says no machine: use `npm run test:rest`");
    }
    const args = target.split(" ");
    const port = await freePort();
    const box = script("../cuts/machine/box.sh");
    const begin = `sudo -n sh -c ${shellQuote(script("machine/begin.sh"))} begin.sh ${shellQuote(box)}`;
    const forward = ["-o", "ExitOnForwardFailure=yes", "-L", `127.0.0.1:${port}:198.51.100.2:22`];
    const holder = spawn("ssh", [...forward, ...args, begin], {
      ...{ stdio: ["pipe", "pipe", "pipe"], detached: true },
    });
    let said = "";
    holder.stderr.on("data", (part: Buffer) => (said += part.toString()));
    const first = await new Promise<string>((resolve, reject) => {
      holder.on("close", () => {
        reject(new Error(`the machines did not begin: ${said}`));
      });
      createInterface({ input: holder.stdout }).on("line", (line) => {
        resolve(line.replace("ready ", ""));
      });
    });
    const here = (script: string) => shell(args, "sudo -n bash -s", script);
    const there = (script: string) =>
      shell(args, `sudo -n nsenter -t ${shellQuote(first)} -a bash -s`, script);
    const [type = "", key = ""] = (await here("cat /etc/ssh/ssh_host_ed25519_key.pub")).split(" ");
    const [user = "", host = ""] = args.at(-1)?.split("@") ?? [];
    const known = { user, hostKey: `${type} ${key}` };
    const sshPort = Number(args[args.indexOf("-p") + 1]);
    return new Machines(
      holder,
      [
        { login: { ...known, host, port: sshPort }, run: here },
        { login: { ...known, host: "127.0.0.1", port }, run: there },
      ],
      ["198.51.100.1", "198.51.100.2"].map((address) => ({ ...known, host: address, port: 22 })),
      readFileSync(identityFile(args), "utf8"),
      first,
    );
  }

  /** The machine under test itself. */
  get first(): Machine {
    const [first] = this.all;
    if (!first) {
      throw new Error("there is no machine");
    }
    return first;
  }

  /** Has so many machines to itself: both in their order, or whichever is free. */
  async with<T>(count: 1 | 2, work: (machines: Machine[]) => Promise<T>): Promise<T> {
    while (this.free.length < count) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    const taken = this.free.splice(0, count);
    try {
      return await work(taken);
    } finally {
      this.free = this.all.filter((one) => this.free.includes(one) || taken.includes(one));
      this.waiting.splice(0).forEach((go) => {
        go();
      });
    }
  }

  /** Ends everything, and waits until it is gone. */
  async end(): Promise<void> {
    const closed = once(this.holder, "close");
    this.holder.stdin?.end();
    await closed;
  }
}

/** What the machine has, by parts, each with its lines. */
export async function look({ run }: Machine): Promise<Record<string, string[]>> {
  return partsOf(await run(looks));
}

/** What a script prints by parts, each behind a line "== NAME". */
export function partsOf(printed: string): Record<string, string[]> {
  const parts = printed.split(/^== /m).slice(1);
  return Object.fromEntries(
    parts.map((part) => {
      const [name = "", ...lines] = part.trimEnd().split("\n");
      return [name, lines];
    }),
  );
}

/** What one look has and another has not, with "-" and "+" as in a diff. */
export function changes(
  before: Record<string, string[]>,
  after: Record<string, string[]>,
): string[] {
  return Object.keys(before).flatMap((part) => {
    const [was, is] = [before[part] ?? [], after[part] ?? []];
    return [
      ...was.filter((line) => !is.includes(line)).map((line) => `${part}: - ${line}`),
      ...is.filter((line) => !was.includes(line)).map((line) => `${part}: + ${line}`),
    ];
  });
}

async function shell(args: string[], command: string, script: string): Promise<string> {
  const child = spawn("ssh", [...args, command]);
  const closed = once(child, "close") as Promise<[number | null]>;
  child.stdin.end(script);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  if (status !== 0) {
    throw new Error(`${script}\n${stdout}${stderr}`);
  }
  return stdout;
}

function identityFile(args: string[]): string {
  const found = args.map((arg) => /^IdentityFile="?(.*?)"?$/.exec(arg)?.[1]);
  return found.find((path) => path !== undefined) ?? "";
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
