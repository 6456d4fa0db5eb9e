import { type Flow, port, vip } from "../directors";
import { connect, type Machine, type Node } from "../machine";

/*
 *            10.80.1.0/24        10.80.4.0/24
 *   client ────────────── router ════════════ director1 to 10
 *
 * The directors answer themselves, by their name: this is about the router's choice alone.
 */

const clients = 40;
const most = 10;
const group = 100;

/** Timers of a resilient group, in seconds. */
export interface Timers {
  idle: number;
  unbalanced: number;
}

/** A router with up to ten directors behind one route. Directors are numbers from 0 on. */
export class NextHops {
  private constructor(private readonly machine: Machine) {}

  static async start(): Promise<NextHops> {
    const machine = connect();
    try {
      await machine.build(nodes(), links);
      await machine.listen(names.map((name) => [name, "udp", "::", port]));
      return new NextHops(machine);
    } catch (error) {
      await machine.end();
      throw error;
    }
  }

  end(): Promise<void> {
    return this.machine.end();
  }

  /** An equal-cost route with its next hops in it, as most routing daemons make them. */
  async route(directors: number[]): Promise<void> {
    const hops = directors.map((d) => `nexthop via ${address(d)}`);
    await this.batch([`route replace ${vip} ${hops.join(" ")}`]);
  }

  /** A route to a new group of next hops. */
  async group(type: string, directors: number[]): Promise<void> {
    await this.machine.run("router", ["ip", "route", "del", vip], "", false);
    await this.batch([
      "nexthop flush",
      ...directors.map(nextHop),
      `nexthop add id ${group} group ${directors.map(id).join("/")} type ${type}`,
      `route add ${vip} nhid ${group}`,
    ]);
  }

  /** What the router hashes: the addresses and ports of every packet, or what the sender's socket says where it does. */
  async hash(by: "packet" | "socket"): Promise<void> {
    await this.machine.settings("router", {
      "net.ipv4.fib_multipath_hash_policy": by === "packet" ? 3 : 1,
    });
  }

  /** A next hop is deleted: it leaves the group. */
  async lose(director: number): Promise<void> {
    await this.batch([`nexthop del id ${id(director)}`]);
  }

  /** A next hop comes back to a resilient group, or the group gets other timers. */
  async return(director: number, directors: number[], { idle, unbalanced }: Timers): Promise<void> {
    const members = directors.map(id).join("/");
    const timers = `idle_timer ${idle} unbalanced_timer ${unbalanced}`;
    await this.batch([
      nextHop(director),
      `nexthop replace id ${group} group ${members} type resilient ${timers}`,
    ]);
  }

  /** The director of each bucket of the resilient group. */
  async buckets(): Promise<number[]> {
    const argv = ["ip", "-json", "nexthop", "bucket", "show", "id", `${group}`];
    const { stdout } = await this.machine.run("router", argv);
    const all = JSON.parse(stdout) as { bucket: { index: number; nhid: number } }[];
    return all
      .sort((a, b) => a.bucket.index - b.bucket.index)
      .map(({ bucket }) => bucket.nhid - id(0));
  }

  /** A director's network is gone, without a word to the router. */
  async cut(director: number, isCut: boolean): Promise<void> {
    const master = isCut ? ["nomaster"] : ["master", "equal"];
    await this.machine.run("switch", ["ip", "link", "set", `${name(director)}-eth0`, ...master]);
    await this.machine.run("router", ["ip", "neigh", "flush", "dev", "eth1"]);
  }

  /** One datagram each: the director that got it, or -1 when nobody answered. */
  async send(flows: Flow[], seconds = 3): Promise<number[]> {
    const { answers } = await this.machine.open(
      flows.map(({ source }) => ({
        ...{ node: "client", protocol: "udp", source, target: [vip, port], size: 10, seconds },
      })),
    );
    return answers.map(({ member }) => names.indexOf(member ?? ""));
  }

  private async batch(lines: string[]): Promise<void> {
    await this.machine.run("router", ["ip", "-batch", "-"], lines.join("\n"));
  }
}

const name = (director: number) => `director${director + 1}`;
const names = Array.from({ length: most }, (_, i) => name(i));
const address = (director: number) => `10.80.4.${11 + director}`;
const id = (director: number) => director + 1;
const nextHop = (director: number) =>
  `nexthop replace id ${id(director)} via ${address(director)} dev eth1`;

const links: [string, string, string][] = [
  ["client", "eth0", "front"],
  ["router", "eth0", "front"],
  ["router", "eth1", "equal"],
  ...names.map((node): [string, string, string] => [node, "eth0", "equal"]),
];

function nodes(): Record<string, Node> {
  return {
    client: {
      ip: [
        ...Array.from({ length: clients }, (_, i) => `address add 10.80.1.${10 + i}/24 dev eth0`),
        "route add default via 10.80.1.1",
      ],
    },
    router: {
      settings: {
        "net.ipv4.ip_forward": 1,
        // Policy 1 would take the random number that a packet carries from a socket of the same machine.
        "net.ipv4.fib_multipath_hash_policy": 3,
        // Both addresses, protocol and both ports.
        "net.ipv4.fib_multipath_hash_fields": 0x37,
      },
      ip: ["address add 10.80.1.1/24 dev eth0", "address add 10.80.4.1/24 dev eth1"],
    },
    ...Object.fromEntries(
      names.map((node, i) => [
        node,
        {
          ip: [
            `address add ${address(i)}/24 dev eth0`,
            `address add ${vip}/32 dev lo`,
            "route add default via 10.80.4.1",
          ],
        },
      ]),
    ),
  };
}
