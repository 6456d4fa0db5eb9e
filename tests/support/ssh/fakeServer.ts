import { AddressInfo } from "node:net";
import { Connection, Server } from "ssh2";
import { Machine, printed } from "../hostState";
import { keyPair, words } from "./keys";

/** What was run on a machine: the command, and what it read. */
export interface Ran {
  command: string;
  stdin: string;
}

/** A machine on 127.0.0.1 that runs nothing: it says what it has, and notes what it is told to do. */
export class FakeSsh {
  readonly ran: Ran[] = [];
  /** Of the last apply, by owner. */
  readonly generations = new Map<string, string>();
  readonly hostKey: string;
  machine: Machine = {};
  bootId: string;
  private readonly server: Server;
  private readonly connections = new Set<Connection>();

  constructor(name: string) {
    const pair = keyPair();
    this.hostKey = words(pair.public);
    this.bootId = `boot-of-${name}`;
    this.server = new Server({ hostKeys: [pair.private] }, (connection) => {
      this.serve(connection);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  end(): void {
    for (const connection of this.connections) connection.end();
    this.server.close();
  }

  /** As a Host's `ssh` has it, without the key. */
  get ssh() {
    const { port } = this.server.address() as AddressInfo;
    return { host: "127.0.0.1", port, user: "root", hostKey: this.hostKey };
  }

  /** What was run since this was asked last, "KIND VERB OWNER" each. */
  told(): string[] {
    const pattern = /ipvs-lab-[0-9a-f]+ .*?(\w+ (?:apply|remove|uninstall)\b.*)/;
    return this.ran.splice(0).flatMap(({ command }) => pattern.exec(command)?.[1] ?? []);
  }

  private serve(connection: Connection): void {
    this.connections.add(connection);
    connection.on("error", () => undefined);
    connection.on("close", () => this.connections.delete(connection));
    connection.on("authentication", (context) => {
      context.accept();
    });
    connection.on("session", (accept) => {
      const session = accept();
      session.on("exec", (acceptExec, _, { command }) => {
        const channel = acceptExec();
        let stdin = "";
        const answer = () => {
          channel.write(this.answer(command));
          this.ran.push({ command, stdin });
          const applied = /--generation '?([^']*)'? .*\bapply (\S+)/.exec(command);
          this.generations.set(applied?.[2] ?? "", applied?.[1] ?? "");
          channel.exit(0);
          channel.end();
        };
        // Each command comes in a channel of its own, as where a program takes no calls.
        if (command.endsWith(" serve")) {
          channel.exit(2);
          channel.end();
          return;
        }
        if (/observe|boot_id/.test(command)) {
          answer();
          return;
        }
        channel.on("data", (data: Buffer) => (stdin += data.toString()));
        channel.on("end", answer);
      });
    });
  }

  private answer(command: string): string {
    if (command.includes("observe")) {
      return printed(this.machine).replace("boot b00t", `boot ${this.bootId}`);
    }
    return command.includes("boot_id") ? `${this.bootId}\n` : "";
  }
}
