import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inPosixShell, shellQuote } from "../../components/host/quoting";
import { type CommandLine, RemoteProcess } from "../../components/ssh/remoteProcess";

/** A node of a topology: the settings of its network namespace. */
export interface Node {
  /** Kernel settings, by path below /proc/sys. */
  settings?: Record<string, string | number>;
  /** Lines for `ip -batch`. */
  ip?: string[];
  /** Lines for `ip -6 -batch`, whose commands do not name the address family. */
  ip6?: string[];
  /** An nftables ruleset. */
  nft?: string;
}

export type Protocol = "tcp" | "udp" | "sctp";

/** A connection that a client opens. */
export interface Connection {
  node: string;
  protocol: Protocol;
  source: [address: string, port: number];
  target: [address: string, port: number];
  /** Bytes of the payload. */
  size: number;
  /** Text to send instead of random bytes. */
  payload?: string;
  /** The name under which the connection stays open; without a name it is closed. */
  name?: string;
  /** The timeout of an answer. @default 3 */
  seconds?: number;
}

/** The result of a connection: an error, or the server's answer. */
export interface Answer {
  error?: string;
  member?: string;
  /** The client's address as the server saw it, "address port". */
  peer?: string;
  /** The client's own address, "address port". */
  own?: string;
  /** The address that the server was asked at. */
  local?: string;
  /** True when the payload came back unchanged. */
  same?: boolean;
}

export interface Opened {
  answers: Answer[];
  /** The number of packets that came to the members by each of masquerade, gate, ipip, gue and gre. */
  ways: Partial<Record<string, number>>;
}

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

const files = ["namespaces.py", "traffic.py", "agent.py"];
const source = files.map((f) => readFileSync(join(__dirname, "agent", f), "utf8")).join("\n");

// The process is the first of its process namespace, so everything that it started ends with it.
const python = "unshare --mount --pid --fork --kill-child --mount-proc python3 -c";
const start = shellQuote("import sys; exec(sys.stdin.read(int(sys.stdin.readline())))");
const become = `if [ "$(id -u)" -eq 0 ]; then exec ${python} ${start}; else exec sudo -n ${python} ${start}; fi`;
const command = inPosixShell(become);

/**
 * A machine on which network namespaces stand for other machines. One connection leads to one Python process, which
 * holds the namespaces and carries out one request after the other. The namespaces are gone when the connection ends
 * for any reason.
 */
export class Machine {
  private readonly agent: RemoteProcess;
  private readonly waiting: ((line: string) => void)[] = [];

  /** @param shell Runs a command on the machine, which is added to its arguments. */
  constructor({ file, args }: CommandLine) {
    this.agent = new RemoteProcess({ file, args: [...args, command] }, (line) => {
      // A login shell may print something of its own before the first answer.
      if (/^\{"(result|error)": /.test(line)) {
        this.waiting.shift()?.(line);
      }
    });
    void this.agent.ended.then(() => {
      this.waiting.splice(0).forEach((done) => {
        done(JSON.stringify({ error: this.whyEnded() }));
      });
    });
    this.agent.write(`${source.length}\n${source}`);
  }

  /** Ends the connection, and waits until nothing is left. */
  async end(): Promise<void> {
    this.agent.end();
    await this.agent.ended;
  }

  /** Builds the nodes. @param links Interfaces: the node, the interface's name and its bridge. */
  async build(nodes: Record<string, Node>, links: [string, string, string][]): Promise<void> {
    await this.ask("build", { nodes, links });
  }

  /** Starts counting the packets that come to a node which has these addresses itself, by forwarding method. */
  async watch(node: string, iface: string, own: string[], gue: number): Promise<void> {
    await this.ask("watch", { node, interface: iface, own, gue });
  }

  async listen(listeners: [node: string, Protocol, address: string, port: number][]) {
    await this.ask("listen", { listeners });
  }

  /** Runs a program in a node. @throws Error when it fails or prints an error, unless `check` is false. */
  run(node: string, argv: string[], text = "", check = true): Promise<RunResult> {
    return this.ask("run", { node, argv, text, check });
  }

  async settings(node: string, values: Record<string, string | number>): Promise<void> {
    await this.ask("settings", { node, values });
  }

  open(connections: Connection[]): Promise<Opened> {
    return this.ask("open", { connections });
  }

  /** Sends another payload over open connections. */
  sendAgain(
    connections: Pick<Connection, "name" | "protocol" | "size" | "seconds">[],
  ): Promise<Answer[]> {
    return this.ask("again", { connections });
  }

  /** Closes open connections; by default all. */
  async close(names?: string[]): Promise<void> {
    await this.ask("close", { names });
  }

  async write(path: string, text: string): Promise<void> {
    await this.ask("write", { path, text });
  }

  private async ask<T>(what: string, args: object): Promise<T> {
    if (!this.agent.isRunning) {
      throw new Error(this.whyEnded());
    }
    const answer = new Promise<string>((resolve) => this.waiting.push(resolve));
    this.agent.write(`${JSON.stringify({ do: what, ...args })}\n`);
    const { result, error } = JSON.parse(await answer) as { result: T; error?: string };
    if (error !== undefined) {
      throw new Error(error);
    }
    return result;
  }

  private whyEnded(): string {
    return `the connection ended: ${this.agent.errors}`;
  }
}
