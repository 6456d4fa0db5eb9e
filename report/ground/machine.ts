import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inPosixShell, shellQuote } from "../../components/host/quoting";

/** A node of a topology: what is set in its network namespace. */
export interface Node {
  /** Below /proc/sys. */
  settings?: Record<string, string | number>;
  /** Lines for `ip -batch`. */
  ip?: string[];
  /** The same for `ip -6 -batch`, where a line does not say its family. */
  ip6?: string[];
  /** An nftables ruleset. */
  nft?: string;
}

export type Protocol = "tcp" | "udp" | "sctp";

/** One connection that a client is to open. */
export interface Connection {
  node: string;
  protocol: Protocol;
  source: [address: string, port: number];
  target: [address: string, port: number];
  /** Bytes of the payload. */
  size: number;
  /** What is sent instead of random bytes. */
  payload?: string;
  /** Under which name it is held; without one it is closed. */
  name?: string;
  /** How long an answer may take. @default 3 */
  seconds?: number;
}

/** What came back over a connection: the error, or who answered and what the server saw. */
export interface Answer {
  error?: string;
  member?: string;
  /** The client as the server saw it, "address port". */
  peer?: string;
  /** The client as it is. */
  own?: string;
  /** The address at which the server was asked. */
  local?: string;
  /** Whether the payload came back byte by byte. */
  same?: boolean;
}

export interface Opened {
  answers: Answer[];
  /** How packets came to the members: how many by masquerade, gate, ipip, gue and gre. */
  ways: Partial<Record<string, number>>;
}

export interface Done {
  code: number;
  stdout: string;
  stderr: string;
}

const files = ["namespaces.py", "traffic.py", "agent.py"];
const source = files.map((f) => readFileSync(join(__dirname, "agent", f), "utf8")).join("\n");

/** A program that runs a command on a machine: the command is its last argument. */
export interface Shell {
  file: string;
  args: string[];
}

// The process is the first of its process namespace: whatever ends it ends all that it started.
const python = "unshare --mount --pid --fork --kill-child --mount-proc python3 -c";
const start = shellQuote("import sys; exec(sys.stdin.read(int(sys.stdin.readline())))");
const become = `if [ "$(id -u)" -eq 0 ]; then exec ${python} ${start}; else exec sudo -n ${python} ${start}; fi`;
const command = inPosixShell(become);

/**
 * A machine on which network namespaces stand for others: one connection to one Python process, which
 * keeps the namespaces and carries out one request after the other. They are gone when the connection
 * ends, however that comes about.
 */
export class Machine {
  private readonly waiting: ((line: string) => void)[] = [];
  private said = "";
  private ended = false;

  private constructor(private readonly shell: ChildProcessWithoutNullStreams) {
    createInterface({ input: shell.stdout }).on("line", (line) => {
      // Before the first answer a login shell may print something of its own.
      if (/^\{"(result|error)": /.test(line)) {
        this.waiting.shift()?.(line);
      }
    });
    shell.stderr.on("data", (text: Buffer) => (this.said += text.toString()));
    shell.on("close", () => {
      this.ended = true;
      this.waiting.splice(0).forEach((done) => {
        done(JSON.stringify({ error: `the connection ended: ${this.said}` }));
      });
    });
    shell.stdin.on("error", () => undefined);
  }

  static connect({ file, args }: Shell): Machine {
    // A process group of its own: Ctrl-C is for this program, which ends the connection in its own way.
    const machine = new Machine(spawn(file, [...args, command], { detached: true }));
    machine.shell.stdin.write(`${source.length}\n${source}`);
    return machine;
  }

  /** Ends the connection, and waits until nothing is left. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      if (this.ended) {
        resolve();
        return;
      }
      this.shell.on("close", () => {
        resolve();
      });
      this.shell.stdin.end();
    });
  }

  /** links: which node's interface is on which bridge. */
  async build(nodes: Record<string, Node>, links: [string, string, string][]): Promise<void> {
    await this.ask("build", { nodes, links });
  }

  /** Counts, from here on, how packets come to a node that has these addresses itself. */
  async watch(node: string, iface: string, own: string[], gue: number): Promise<void> {
    await this.ask("watch", { node, interface: iface, own, gue });
  }

  async listen(listeners: [node: string, Protocol, address: string, port: number][]) {
    await this.ask("listen", { listeners });
  }

  /** Runs a program in a node; throws for any complaint, unless `check` is false. */
  run(node: string, argv: string[], text = "", check = true): Promise<Done> {
    return this.ask("run", { node, argv, text, check });
  }

  async settings(node: string, values: Record<string, string | number>): Promise<void> {
    await this.ask("settings", { node, values });
  }

  open(connections: Connection[]): Promise<Opened> {
    return this.ask("open", { connections });
  }

  /** Sends another payload over held connections. */
  again(
    connections: Pick<Connection, "name" | "protocol" | "size" | "seconds">[],
  ): Promise<Answer[]> {
    return this.ask("again", { connections });
  }

  /** Closes held connections. */
  async close(names?: string[]): Promise<void> {
    await this.ask("close", { names });
  }

  async write(path: string, text: string): Promise<void> {
    await this.ask("write", { path, text });
  }

  private async ask<T>(what: string, args: object): Promise<T> {
    if (this.ended) {
      throw new Error(`the connection ended: ${this.said}`);
    }
    const answer = new Promise<string>((resolve) => this.waiting.push(resolve));
    this.shell.stdin.write(`${JSON.stringify({ do: what, ...args })}\n`);
    const { result, error } = JSON.parse(await answer) as { result: T; error?: string };
    if (error !== undefined) {
      throw new Error(error);
    }
    return result;
  }
}
