import {
  type MemberOptions,
  serviceLines,
  type ServiceAddress,
} from "../../components/ipvs/serviceLines";
import type { Scheduler } from "../../components/ipvs/serviceLines";
import type { Machine, Node } from "./machine";

/*
 *            front                  inner
 *   client ───────── director ───────────────── member1, member2, member3
 *      │  10.80.1.0/24        10.80.2.0/24              │
 *      └────────────────────────────────────────────────┘
 *                       outer, 10.80.3.0/24
 *
 * All of it stands on one machine and has nothing to do with that machine's own network. With direct
 * routing and tunnels members answer past the director, over the outer network.
 */

export const members = ["member1", "member2", "member3"];
/** Where members say who they are to whoever asks (report/ground/agent), and where their web servers listen. */
export const ports = { echo: 8080, web: 8081 } as const;

/** The n-th client's address, from 0; so many that each connection has its own. */
export function clientAddress(n: number): string {
  return nth("10.81", n);
}

export function memberAddress(i: number): string {
  return `10.80.2.${11 + i}`;
}

/** The n-th virtual address of a service; each service has a network of them. */
export function virtualAddress(service: number, n = 0): string {
  return nth(`10.${96 + service}`, n);
}

/** Every virtual address. */
const virtual = "10.96.0.0/11";

export interface Service {
  /** Its network of virtual addresses, 0 to 31. */
  number: number;
  scheduler: Scheduler;
  port: number;
  members: { weight: number; forwarding: MemberOptions["forwarding"] }[];
  /** Whether all its virtual addresses are one service, by a firewall mark. */
  isMarked?: boolean;
}

/** A throwaway director with its client and members, in network namespaces of one machine. */
export class Ground {
  private constructor(readonly machine: Machine) {}

  /** Builds it. All of it is gone when the machine's connection ends. */
  static async build(machine: Machine): Promise<Ground> {
    await machine.run("", ["modprobe", "-a", "ip_vs", "ipip"]);
    await machine.build(nodes(), links);
    await machine.listen(members.map((name) => [name, "tcp", "::", ports.echo]));
    return new Ground(machine);
  }

  /** Runs a program in a node and returns what it printed. @throws Error for any complaint */
  async run(node: string, argv: string[], text = ""): Promise<string> {
    return (await this.machine.run(node, argv, text)).stdout;
  }

  /** Marks what comes for virtual addresses, which services that are marked need. */
  async mark(): Promise<void> {
    await this.run("director", ["nft", "-f", "-"], marking());
  }

  /** Adds a service. @returns Whether this kernel has its scheduler. */
  async add(service: Service): Promise<boolean> {
    const { code, stdout, stderr } = await this.machine.run(
      "director",
      ["ipvsadm", "-R"],
      `${linesOf(service).join("\n")}\n`,
      false,
    );
    const said = (stdout + stderr).trim();
    // A service that was not made has no members either, and the last word is theirs.
    if (said.includes("Scheduler or persistence engine not found")) {
      return false;
    }
    if (code !== 0 || said !== "") {
      throw new Error(`ipvsadm: ${said || `exit status ${code}`}`);
    }
    return true;
  }

  /** Removes every service; those of the machine itself are elsewhere. */
  async clear(): Promise<void> {
    await this.run("director", ["ipvsadm", "-C"]);
  }
}

/** nftables rules of the director that give each service's virtual addresses its firewall mark. */
function marking(): string {
  const marks = Array.from({ length: 32 }, (_, i) => `10.${96 + i}.0.0/16 : ${i + 1}`).join(", ");
  return `table ip marks {
    map services { type ipv4_addr : mark; flags interval; elements = { ${marks} }; }
    chain prerouting {
      type filter hook prerouting priority mangle;
      meta mark set ip daddr map @services
    }
  }`;
}

function linesOf({ number, scheduler, port, members, isMarked }: Service): string[] {
  const address: ServiceAddress = isMarked
    ? { firewallMark: number + 1, family: "ipv4" }
    : { protocol: "tcp", address: virtualAddress(number), port };
  const realServers = members.map(({ weight, forwarding }, i): MemberOptions => ({
    address: memberAddress(i),
    port: isMarked ? 0 : port,
    ...{ forwarding, weight, upperThreshold: 0, lowerThreshold: 0 },
  }));
  return serviceLines({ ...address, scheduler }, realServers);
}

const links: [string, string, string][] = [
  ["client", "eth0", "front"],
  ["client", "eth1", "outer"],
  ["director", "eth0", "front"],
  ["director", "eth1", "inner"],
  ...members.flatMap((m): [string, string, string][] => [
    [m, "eth0", "inner"],
    [m, "eth1", "outer"],
  ]),
];

function nodes(): Record<string, Node> {
  const settings = { "net.ipv4.conf.all.rp_filter": 0, "net.ipv4.conf.default.rp_filter": 0 };
  return {
    client: {
      settings,
      ip: [
        "address add 10.80.1.2/24 dev eth0",
        "address add 10.80.3.1/24 dev eth1",
        "route add local 10.81.0.0/16 dev lo",
        "route add 10.80.2.0/24 via 10.80.1.1",
        `route add ${virtual} via 10.80.1.1`,
      ],
    },
    director: {
      settings: { ...settings, "net.ipv4.ip_forward": 1 },
      ip: [
        "address add 10.80.1.1/24 dev eth0",
        "address add 10.80.2.1/24 dev eth1",
        "route add 10.81.0.0/16 via 10.80.1.2",
        `route add local ${virtual} dev lo`,
      ],
    },
    ...Object.fromEntries(members.map((name, i) => [name, member(i, settings)])),
  };
}

function member(i: number, settings: Node["settings"]): Node {
  return {
    settings: {
      ...settings,
      "net.ipv4.conf.all.arp_ignore": 1,
      "net.ipv4.conf.all.arp_announce": 2,
    },
    ip: [
      `address add ${memberAddress(i)}/24 dev eth0`,
      `address add 10.80.3.${11 + i}/24 dev eth1`,
      "route add default via 10.80.2.1",
      `route add local ${virtual} dev lo`,
      `rule add from ${virtual} lookup 100`,
      "route add default via 10.80.3.1 table 100",
      `link add tunnel type ipip local ${memberAddress(i)}`,
      "link set tunnel up",
    ],
  };
}

/** The n-th address of a /16, from 0. */
function nth(network: string, n: number): string {
  return `${network}.${(n + 1) >> 8}.${(n + 1) & 255}`;
}
