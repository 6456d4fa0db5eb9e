import type { Scheduler } from "../../components/ipvs/schedulers";
import {
  type MemberOptions,
  serviceLines,
  type ServiceAddress,
} from "../../components/ipvs/serviceLines";
import type { Machine, Node } from "./machine";

/*
 *            front                  inner
 *   client ───────── director ───────────────── member1, member2, member3
 *      │  10.80.1.0/24        10.80.2.0/24              │
 *      └────────────────────────────────────────────────┘
 *                       outer, 10.80.3.0/24
 *
 * All of it is on one machine, apart from that machine's own network. With direct routing and tunnels, members
 * answer over the outer network, without the director.
 */

export const members = ["member1", "member2", "member3"];
/** The ports of members: `echo` answers with the member's name (report/testbed/agent), `web` is its web server. */
export const ports = { echo: 8080, web: 8081 } as const;

/** The n-th client's address, from 0. There are enough for each connection to have its own. */
export function clientAddress(n: number): string {
  return nthAddress("10.81", n);
}

export function memberAddress(i: number): string {
  return `10.80.2.${11 + i}`;
}

/** The n-th virtual address of a service. Each service has a network of them. */
export function virtualAddress(service: number, n = 0): string {
  return nthAddress(`10.${96 + service}`, n);
}

/** The network of all virtual addresses. */
const virtual = "10.96.0.0/11";

export interface Service {
  /** The number of its network of virtual addresses, 0 to 31. */
  number: number;
  scheduler: Scheduler;
  port: number;
  members: { weight: number; forwarding: MemberOptions["forwarding"] }[];
  /** True when a firewall mark makes all its virtual addresses one service. */
  isMarked?: boolean;
}

/** A temporary director with its client and members, in network namespaces of one machine. */
export class Testbed {
  private constructor(readonly machine: Machine) {}

  /** Builds the testbed. All of it is gone when the machine's connection ends. */
  static async build(machine: Machine): Promise<Testbed> {
    await machine.run("", ["modprobe", "-a", "ip_vs", "ipip"]);
    await machine.build(nodes(), links);
    await machine.listen(members.map((name) => [name, "tcp", "::", ports.echo]));
    return new Testbed(machine);
  }

  /** Runs a program in a node. @returns Its output. @throws Error when it fails or prints an error. */
  async run(node: string, argv: string[], text = ""): Promise<string> {
    return (await this.machine.run(node, argv, text)).stdout;
  }

  /** Sets firewall marks on packets to virtual addresses, for services by mark. */
  async mark(): Promise<void> {
    await this.run("director", ["nft", "-f", "-"], markRules());
  }

  /** Adds a service. @returns False when this kernel does not have its scheduler. */
  async add(service: Service): Promise<boolean> {
    const { code, stdout, stderr } = await this.machine.run(
      "director",
      ["ipvsadm", "-R"],
      `${linesOf(service).join("\n")}\n`,
      false,
    );
    const said = (stdout + stderr).trim();
    // Without the service, adding its members fails too, and theirs is the last message.
    if (said.includes("Scheduler or persistence engine not found")) {
      return false;
    }
    if (code !== 0 || said !== "") {
      throw new Error(`ipvsadm: ${said || `exit status ${code}`}`);
    }
    return true;
  }

  /** Removes every service of the testbed. The machine's own services are in another namespace. */
  async clear(): Promise<void> {
    await this.run("director", ["ipvsadm", "-C"]);
  }
}

/** nftables rules of the director that give each service's virtual addresses its firewall mark. */
function markRules(): string {
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
function nthAddress(network: string, n: number): string {
  return `${network}.${(n + 1) >> 8}.${(n + 1) & 255}`;
}
