import { program, spec } from "../../components/host/kernel";
import type { Combination } from "./combinations";
import { checkAnswers } from "./expectedDistribution";
import { linesOf, memberLine } from "./lines";
import {
  type Answer,
  connect,
  type Connection,
  type RunResult,
  type Machine,
  type Opened,
  type Protocol,
} from "./machine";
import { build, clientAddress, members, ports, vip } from "./topology";

/** One connection of a client, by numbers. */
export interface Flow {
  client: number;
  /** Which of the combination's virtual addresses. @default 0 */
  destination?: number;
  /** @default the service's */
  port?: number;
  /** What is sent instead of random bytes. */
  payload?: string;
}

const programPath = "/run/ipvs-lab/program";

/** The topology of one test file, and the ways in which services are set and tried there. */
export class Lab {
  private port = 10000;
  private serial = 0;
  private holding: string[] = [];
  private readonly listening = new Set<string>();

  private constructor(readonly machine: Machine) {}

  /** marks: nftables rules of the director. */
  static async start(marks = ""): Promise<Lab> {
    const machine = connect();
    try {
      await build(machine, marks);
      await machine.write(programPath, program);
      return new Lab(machine);
    } catch (error) {
      await machine.end();
      throw error;
    }
  }

  end(): Promise<void> {
    return this.machine.end();
  }

  /** Sets services with one `ipvsadm -R`, in which the first error is the last word. */
  async set(combinations: Combination[]): Promise<void> {
    await this.listen(combinations);
    await this.ipvsadm(combinations.flatMap(({ service }) => linesOf(service)));
  }

  /** Sets or removes one with the program that components run on machines. */
  async apply(c: Combination, verb: "apply" | "remove" = "apply"): Promise<void> {
    await this.listen([c]);
    await this.program(c, ["service", verb], ["0"], `${linesOf(c.service).join("\n")}\n`);
  }

  /** Has the program mark what comes to these ports of a combination's first virtual address. */
  async mark(c: Combination, ports: string): Promise<void> {
    const { number, protocol, way } = c;
    const desired = spec({ mark: number, vip: vip(way.family, number), protocol, ports });
    await this.program(c, ["firewallmark", "apply"], [], desired);
  }

  private async program(c: Combination, what: string[], options: string[], desired: string) {
    const owner = `kernel/test/c${c.number}`;
    const argv = ["sh", programPath, "--generation", "g", ...what, owner, ...options];
    const done = await this.machine.run("director", argv, desired, false);
    if (done.code !== 0) {
      throw new Error(done.stdout + done.stderr);
    }
  }

  async ipvsadm(lines: string[]): Promise<void> {
    await this.machine.run("director", ["ipvsadm", "-R"], `${lines.join("\n")}\n`);
  }

  /** One `ipvsadm` a line, as a person would: what the last that was not content said. */
  async tell(lines: string[]): Promise<RunResult> {
    let done: RunResult = { code: 0, stdout: "", stderr: "" };
    for (const line of lines) {
      const argv = ["ipvsadm", ...line.split(" ")];
      const said = await this.machine.run("director", argv, "", false);
      done = said.code || said.stderr ? said : done;
    }
    return done;
  }

  /** What the kernel has, as it says it. */
  async table(): Promise<string[]> {
    const { stdout } = await this.machine.run("director", ["ipvsadm", "-Sn"]);
    return stdout
      .split("\n")
      .map((l) => l.trim())
      .filter(Boolean);
  }

  async clear(): Promise<void> {
    await this.machine.run("director", ["ipvsadm", "-C"]);
  }

  /** Gives a member another weight. */
  async weigh({ service }: Combination, i: number, weight: number): Promise<void> {
    const member = service.realServers[i];
    if (!member) {
      throw new Error(`no member ${i}`);
    }
    await this.ipvsadm([memberLine(service, { ...member, weight }, "-e")]);
  }

  /** Opens flows one after the other; who answered, in order. Everything that must be true is checked. */
  async order(c: Combination, flows: Flow[], hold?: string): Promise<(string | undefined)[]> {
    const { answers, ways } = await this.open(c, flows, hold);
    checkAnswers(
      c,
      answers,
      flows.map(({ destination }) => vip(c.way.family, c.number, destination)),
    );
    expect(Object.keys(ways)).toEqual([c.way.name]);
    return answers.map(({ member }) => member);
  }

  /** The same, with every connection held until `release`. */
  held(c: Combination, flows: Flow[]): Promise<(string | undefined)[]> {
    return this.order(c, flows, "held");
  }

  async release(): Promise<void> {
    if (this.holding.length > 0) {
      this.holding = [];
      await this.machine.close();
    }
  }

  /** Opens flows whatever becomes of them. */
  open(c: Combination, flows: Flow[], hold?: string, seconds?: number): Promise<Opened> {
    const connections = flows.map(({ client, destination, port, payload }): Connection => ({
      node: "client",
      protocol: c.protocol,
      source: [clientAddress(c.way.family, client), this.nextPort()],
      target: [vip(c.way.family, c.number, destination), port ?? this.portOf(c)],
      // More than one packet, and less than one for those who have only one.
      size: sizeOf(c),
      ...(payload ? { payload } : {}),
      ...(hold ? { name: this.keep(hold) } : {}),
      ...(seconds ? { seconds } : {}),
    }));
    return this.machine.open(connections);
  }

  private keep(hold: string): string {
    const name = `${hold}-${++this.serial}`;
    this.holding.push(name);
    return name;
  }

  /** Sends so many more payloads over each held connection; who answered, in order. */
  async more(c: Combination, count: number): Promise<(string | undefined)[]> {
    const rounds = Array.from({ length: count }, () => this.holding).flat();
    const { protocol } = c;
    const size = sizeOf(c);
    const answers = await this.machine.sendAgain(rounds.map((name) => ({ name, protocol, size })));
    expect(answers.filter(({ same }) => !same)).toEqual([]);
    return answers.map(outcome);
  }

  /** A port that no earlier connection had: the kernel remembers those for minutes. */
  private nextPort(): number {
    this.port = this.port < 60000 ? this.port + 1 : 10001;
    return this.port;
  }

  private portOf({ service: { port = 0 } }: Combination): number {
    return port === 0 ? ports[2] : port;
  }

  /** SCTP tells its peer every address that it listens at, so it has to listen at just this one. */
  private async listen(combinations: Combination[]): Promise<void> {
    const addresses = combinations
      .filter(({ protocol, way }) => protocol === "sctp" && way.name !== "masquerade")
      .map(({ way, number }) => vip(way.family, number))
      .filter((address) => !this.listening.has(address));
    addresses.forEach((address) => this.listening.add(address));
    await this.machine.listen(
      addresses.flatMap((address) =>
        members.map((m): [string, Protocol, string, number] => [m, "sctp", address, ports[0]]),
      ),
    );
  }
}

function sizeOf({ protocol }: Combination): number {
  return protocol === "tcp" ? 3000 : 1000;
}

/** Who answered, or what went wrong. */
export function outcome({ error, member }: Answer): string | undefined {
  return error ?? member;
}
