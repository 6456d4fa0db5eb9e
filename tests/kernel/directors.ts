import {
  type Answer,
  connect,
  type Connection,
  type Machine,
  type Node,
  type Protocol,
} from "./machine";

/*
 *            10.80.1.0/24         10.80.4.0/24                     10.80.2.0/24
 *   client ────────────── router ══════════════ director1 to 3 ────────────────── member1 to 5
 *                           │      equal costs                                      │
 *                           └───────────────────────────────────────────────────────┘
 *                                  answers, past the directors, 10.80.3.0/24
 *
 * The router has one route with a nexthop for each director, as BGP would give it.
 */

export const directors = ["director1", "director2", "director3"];
export const members = ["member1", "member2", "member3", "member4", "member5"];
export const vip = "10.90.0.1";
export const port = 8080;
const clients = 40;

export interface Flow {
  source: [address: string, port: number];
  name: string;
}

/** So many flows of different clients and ports. */
export function flows(count: number, round = 0): Flow[] {
  return Array.from({ length: count }, (_, i) => ({
    source: [`10.80.1.${10 + (i % clients)}`, 10000 + 1000 * round + 7 * i],
    name: `flow-${i}`,
  }));
}

/** Several active directors behind one router. */
export class Directors {
  private constructor(private readonly machine: Machine) {}

  static async start(): Promise<Directors> {
    const machine = connect();
    try {
      await machine.run("", ["modprobe", "-a", "ip_vs", "ipip"]);
      await machine.build(nodes(), linksOf(directors, members));
      await machine.listen(
        members.flatMap((m): [string, Protocol, string, number][] => [
          [m, "tcp", "::", port],
          [m, "udp", "::", port],
        ]),
      );
      const started = new Directors(machine);
      await started.route(directors);
      return started;
    } catch (error) {
      await machine.end();
      throw error;
    }
  }

  end(): Promise<void> {
    return this.machine.end();
  }

  /** Which directors the router knows. */
  async route(known: string[]): Promise<void> {
    const hops = known.map((d) => `nexthop via 10.80.4.${11 + directors.indexOf(d)}`);
    await this.machine.run(
      "router",
      ["ip", "-batch", "-"],
      `route replace ${vip} ${hops.join(" ")}`,
    );
  }

  /** The same service on every director, anew: what was known of connections is forgotten. */
  async serve(scheduler: string, among = members, orders: Record<string, string[]> = {}) {
    for (const d of directors) {
      await this.set(d, scheduler, orders[d] ?? among);
    }
  }

  private async set(director: string, scheduler: string, among: string[]): Promise<void> {
    const lines = ["-t", "-u"].flatMap((protocol) => {
      const key = `${protocol} ${vip}:${port}`;
      const options = `-s ${scheduler}${protocol === "-u" ? " -o" : ""}`;
      return [
        `-A ${key} ${options}`,
        ...among.map((m) => `-a ${key} -r ${address(m)}:${port} -g -w 1`),
      ];
    });
    await this.machine.run(director, ["ipvsadm", "-C"]);
    await this.ipvsadm(director, lines);
  }

  /** A member leaves every director, or comes. */
  async change(command: "-d" | "-a", member: string): Promise<void> {
    const rest = command === "-a" ? " -g -w 1" : "";
    for (const d of directors) {
      await this.ipvsadm(
        d,
        ["-t", "-u"].map(
          (p) => `${command} ${p} ${vip}:${port} -r ${address(member)}:${port}${rest}`,
        ),
      );
    }
  }

  async settings(values: Record<string, string | number>): Promise<void> {
    for (const d of directors) {
      await this.machine.settings(d, values);
    }
  }

  /** Each director tells the others of its connections, and hears of theirs. */
  async sync(on: boolean): Promise<void> {
    for (const d of directors) {
      for (const state of ["master", "backup"]) {
        const argv = on
          ? ["ipvsadm", "--start-daemon", state, "--mcast-interface", "eth1", "--syncid", "1"]
          : ["ipvsadm", "--stop-daemon", state];
        await this.machine.run(d, argv);
      }
    }
  }

  /** Opens and holds TCP connections; who answered each. */
  async hold(all: Flow[]): Promise<(string | undefined)[]> {
    const { answers } = await this.machine.open(all.map((f) => connection("tcp", f, true)));
    return outcomes(answers);
  }

  /** Sends again over held connections; who answered each, or what went wrong. */
  async again(all: Flow[]): Promise<(string | undefined)[]> {
    const asked = all.map(({ name }) => ({
      name,
      protocol: "tcp" as const,
      size: 500,
      seconds: 1,
    }));
    return outcomes(await this.machine.sendAgain(asked));
  }

  async release(): Promise<void> {
    await this.machine.close();
  }

  /** One datagram each: who gets it now, whatever was before. */
  async datagrams(all: Flow[]): Promise<(string | undefined)[]> {
    const { answers } = await this.machine.open(all.map((f) => connection("udp", f, false)));
    return outcomes(answers);
  }

  /** How many of these connections each director knows, when all know all or have had time for it. */
  async known(flows: Flow[]): Promise<number[]> {
    const all = new Set(flows.map(({ source }) => source.join(":")));
    const tables: number[] = [];
    for (let i = 0; i < 10 && !(tables.length && tables.every((n) => n === all.size)); i++) {
      await new Promise((done) => setTimeout(done, 1000));
      tables.length = 0;
      for (const d of directors) {
        const { stdout } = await this.machine.run(d, ["ipvsadm", "-Lnc"]);
        const states = stdout.split("\n").map((line) => line.trim().split(/\s+/));
        tables.push(
          states.filter(([, , state, client = ""]) => state === "ESTABLISHED" && all.has(client))
            .length,
        );
      }
    }
    return tables;
  }

  private async ipvsadm(director: string, lines: string[]): Promise<void> {
    await this.machine.run(director, ["ipvsadm", "-R"], `${lines.join("\n")}\n`);
  }
}

function connection(protocol: "tcp" | "udp", { source, name }: Flow, hold: boolean): Connection {
  const held = hold ? { name } : {};
  return { node: "client", protocol, source, target: [vip, port], size: 500, ...held };
}

function outcomes(answers: Answer[]): (string | undefined)[] {
  return answers.map(({ error, member }) => error ?? member);
}

function address(member: string): string {
  return `10.80.2.${11 + members.indexOf(member)}`;
}

/** The interfaces of the picture above: node, interface and bridge. */
export function linksOf(directors: string[], members: string[]): [string, string, string][] {
  return [
    ["client", "eth0", "front"],
    ["router", "eth0", "front"],
    ["router", "eth1", "equal"],
    ["router", "eth2", "outer"],
    ...directors.flatMap((d): [string, string, string][] => [
      [d, "eth0", "equal"],
      [d, "eth1", "inner"],
    ]),
    ...members.flatMap((m): [string, string, string][] => [
      [m, "eth0", "inner"],
      [m, "eth1", "outer"],
    ]),
  ];
}

function nodes(): Record<string, Node> {
  const settings = {
    "net.ipv4.conf.all.rp_filter": 0,
    "net.ipv4.conf.default.rp_filter": 0,
    "net.ipv4.ip_forward": 1,
  };
  return {
    client: {
      settings,
      ip: [
        ...Array.from({ length: clients }, (_, i) => `address add 10.80.1.${10 + i}/24 dev eth0`),
        "route add default via 10.80.1.1",
      ],
    },
    router: {
      // By addresses and ports, as a router's hardware does.
      settings: { ...settings, "net.ipv4.fib_multipath_hash_policy": 1 },
      ip: [1, 4, 3].map((net, i) => `address add 10.80.${net}.1/24 dev eth${i}`),
    },
    ...Object.fromEntries(
      directors.map((d, i) => [
        d,
        {
          settings,
          ip: [
            `address add 10.80.4.${11 + i}/24 dev eth0`,
            `address add 10.80.2.${1 + i}/24 dev eth1`,
            `address add ${vip}/32 dev lo`,
            "route add default via 10.80.4.1",
          ],
        },
      ]),
    ),
    ...Object.fromEntries(
      members.map((m, i) => [
        m,
        {
          settings: {
            ...settings,
            "net.ipv4.conf.all.arp_ignore": 1,
            "net.ipv4.conf.all.arp_announce": 2,
          },
          ip: [
            `address add ${address(m)}/24 dev eth0`,
            `address add 10.80.3.${11 + i}/24 dev eth1`,
            `address add ${vip}/32 dev lo`,
            "route add default via 10.80.3.1",
          ],
        },
      ]),
    ),
  };
}
