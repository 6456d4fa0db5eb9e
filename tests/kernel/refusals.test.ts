import { RealServer } from "../../components";
import { refusals } from "../support/refusals/cases";
import { type Lab as Program, lab as program, service } from "../support/refusals/lab";
import { Lab } from "./lab";
import { hasModule } from "./machine";

/*
 * Invalid combinations, each declared to the components and each given to the kernel by ipvsadm. A walk
 * of the two side by side: what the kernel refuses is refused at preview, and what only the components
 * refuse has a reason.
 */

type Args = Record<string, unknown>;
interface Walk {
  what: string;
  /** As IpvsService and its one RealServer have it. */
  declared: { service?: Args; member?: Args };
  /** As ipvsadm has it, one command a line. */
  lines: string[];
  /** What ipvsadm says; undefined where it accepts it all the same. */
  says?: RegExp;
  /** Why the components refuse what the kernel accepts. */
  reason?: string;
}

const far = "10.80.2.11";
const web = "-t 10.90.0.1:8080";
const add = `-A ${web} -s wlc`;
const mark = { vip: undefined, port: undefined, firewallMark: 1 };

const walks: Walk[] = [
  {
    what: "a scheduler that nobody knows",
    declared: { service: { scheduler: "fastest" } },
    lines: [`-A ${web} -s fastest`],
    says: /Scheduler or persistence engine not found/,
  },
  {
    what: "every port without persistence",
    declared: { service: { port: 0 } },
    lines: ["-A -t 10.90.0.1:0 -s rr"],
    says: /Zero port specified for non-persistent service/,
  },
  {
    what: "a port that is none",
    declared: { service: { port: 65536 } },
    lines: ["-A -t 10.90.0.1:65536 -s rr"],
    says: /illegal virtual server address/,
  },
  {
    what: "mark 0",
    declared: { service: { ...mark, firewallMark: 0 } },
    lines: ["-A -f 0 -s rr"],
    says: /invalid fwmark value/,
  },
  {
    what: "one packet at a time of TCP",
    declared: { service: { onePacket: true } },
    lines: [`-A ${web} -s rr -o`],
    says: /One-Packet Scheduling is only for UDP virtual services/,
  },
  {
    what: "another scheduler's flag",
    declared: { service: { scheduler: "rr", schedulerFlags: ["sh-port"] } },
    lines: [`-A ${web} -s rr -b sh-port`],
    says: /incompatible scheduler flag/,
  },
  {
    what: "persistence of no time",
    declared: { service: { persistence: { timeout: 0 } } },
    lines: [`-A ${web} -s rr -p 0`],
    says: /invalid timeout value/,
  },
  {
    what: "persistence of more than a month",
    declared: { service: { persistence: { timeout: 2678401 } } },
    lines: [`-A ${web} -s rr -p 2678401`],
    says: /invalid timeout value/,
  },
  {
    what: "a mask with holes",
    declared: { service: { persistence: { netmask: "255.0.255.0" } } },
    lines: [`-A ${web} -s rr -p 300 -M 255.0.255.0`],
    reason: "the kernel takes any bits; no network has such a mask",
  },
  {
    what: "a prefix longer than an IPv6 address",
    declared: { service: { ...mark, family: "ipv6", persistence: { netmask: 129 } } },
    lines: ["-A -t [fd90::1]:8080 -s rr -p 300 -M 129"],
    says: /illegal/,
  },
  {
    what: "a persistence engine that nobody knows",
    declared: { service: { protocol: "udp", persistence: { engine: "rtp" } } },
    lines: ["-A -u 10.90.0.1:8080 -s rr -p 300 --pe rtp"],
    says: /Scheduler or persistence engine not found/,
  },
  {
    what: "calls over TCP",
    declared: { service: { persistence: { engine: "sip" } } },
    lines: [`-A ${web} -s rr -p 300 --pe sip`],
    reason: "the kernel accepts it, and its engine then never looks at a packet",
  },
  {
    what: "a weight below none",
    declared: { member: { weight: -1 } },
    lines: [add, `-a ${web} -r ${far}:8080 -m -w -1`],
    says: /illegal weight/,
  },
  {
    what: "a weight above 65535",
    declared: { member: { weight: 65536 } },
    lines: [add, `-a ${web} -r ${far}:8080 -m -w 65536`],
    reason: "the kernel takes more than ipvsadm(8) allows for",
  },
  {
    what: "thresholds the wrong way round",
    declared: { member: { upperThreshold: 1, lowerThreshold: 2 } },
    lines: [add, `-a ${web} -r ${far}:8080 -m -w 1 -x 1 -y 2`],
    says: /Invalid|threshold|range/i,
  },
  {
    what: "another port under direct routing",
    declared: { member: { port: 9090, forwarding: "gate" } },
    lines: [add, `-a ${web} -r ${far}:9090 -g -w 1`],
    reason: "ipvsadm silently takes the service's port instead",
  },
  {
    what: "another port through a tunnel",
    declared: { member: { port: 9090, forwarding: "ipip" } },
    lines: [add, `-a ${web} -r ${far}:9090 -i -w 1`],
    reason: "ipvsadm silently takes the service's port instead",
  },
  {
    what: "an IPv6 member of IPv4 by masquerade",
    declared: { member: { address: "fd80:2::11" } },
    lines: [add, `-a ${web} -r [fd80:2::11]:8080 -m -w 1`],
    says: /Invalid|not supported|Unexpected|family/i,
  },
  {
    what: "an IPv6 member of IPv4 by direct routing",
    declared: { member: { address: "fd80:2::11", forwarding: "gate" } },
    lines: [add, `-a ${web} -r [fd80:2::11]:8080 -g -w 1`],
    says: /Invalid|not supported|Unexpected|family/i,
  },
  {
    what: "a tunnel's type without a tunnel",
    declared: { member: { tunnel: { type: "gre" } } },
    lines: [add, `-a ${web} -r ${far}:8080 -m -w 1 --tun-type gre`],
    says: /tun|option|incompatible/i,
  },
  {
    what: "gue without its port",
    declared: { member: { forwarding: "ipip", tunnel: { type: "gue" } } },
    lines: [add, `-a ${web} -r ${far}:8080 -i -w 1 --tun-type gue`],
    says: /tun-port|port/i,
  },
  {
    what: "gre with a port",
    declared: { member: { forwarding: "ipip", tunnel: { type: "gre", port: 6080 } } },
    lines: [add, `-a ${web} -r ${far}:8080 -i -w 1 --tun-type gre --tun-port 6080`],
    says: /tun|port|option/i,
  },
  {
    what: "remote checksums in GRE",
    declared: { member: { forwarding: "ipip", tunnel: { type: "gre", checksum: "remcsum" } } },
    lines: [add, `-a ${web} -r ${far}:8080 -i -w 1 --tun-type gre --tun-remcsum`],
    says: /tun|csum|option/i,
  },
  {
    what: "checksums in IP in IP",
    declared: { member: { forwarding: "ipip", tunnel: { type: "ipip", checksum: "csum" } } },
    lines: [add, `-a ${web} -r ${far}:8080 -i -w 1 --tun-type ipip --tun-csum`],
    says: /tun|csum|option/i,
  },
  {
    what: "a virtual address as its own member",
    declared: { member: { address: "10.10.10.100" } },
    lines: [add, `-a ${web} -r 10.90.0.1:8080 -m -w 1`],
    reason: "the kernel accepts it, and sends the director's packets to itself",
  },
];

/** The same twice in one program, or twice in one kernel. */
const twice: [string, string[], RegExp][] = [
  ["a service", [add, add], /Service already exists/],
  [
    "a member",
    [add, ...Array<string>(2).fill(`-a ${web} -r ${far}:8080 -m -w 1`)],
    /Destination already exists/,
  ],
  [
    "a member of no service",
    [`-a ${web} -r ${far}:8080 -m -w 1`],
    /Service not defined|No such service/,
  ],
];

let lab: Lab;
let found: Awaited<ReturnType<typeof refusals>>;

beforeAll(async () => {
  found = await refusals(
    program,
    walks.map(
      ({ declared }) =>
        (p) =>
          declare(p, declared),
    ),
  );
  lab = await Lab.start();
});
afterEach(() => lab.clear());
afterAll(() => lab.end());

const refused = walks.filter(({ says }) => says);
const accepted = walks.filter(({ says }) => !says);

test.each(refused.map((w) => [w.what, w] as const))(
  "%s is refused by the kernel, and by us at preview",
  async (_, walk) => {
    const { code, stderr, stdout } = await lab.tell(walk.lines);
    expect({ code, said: stdout + stderr }).toEqual({
      code: expect.any(Number) as number,
      said: expect.stringMatching(walk.says ?? "") as string,
    });
    expect(found.thrown[walks.indexOf(walk)]).toBeInstanceOf(Error);
  },
);

test.each(accepted.map((w) => [w.what, w.reason, w] as const))(
  "%s is refused by us alone: %s",
  async (_what, _reason, walk) => {
    expect(await lab.tell(walk.lines)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(found.thrown[walks.indexOf(walk)]).toBeInstanceOf(Error);
  },
);

test.each(twice)(
  "%s twice, or without what it belongs to, is refused by the kernel",
  async (_, lines, says) => {
    const { stderr } = await lab.tell(lines);
    expect(stderr).toMatch(says);
  },
);

test("what direct routing makes of another port is not what was asked for", async () => {
  await lab.tell([add, `-a ${web} -r ${far}:9090 -g -w 1`]);
  expect(await lab.table()).toContain(`-a ${web} -r ${far}:8080 -g -w 1`);
});

test("the scheduler twos is known to us, and a kernel without it says so", async () => {
  const { stderr } = await lab.tell([`-A ${web} -s twos`]);
  const isMissing = stderr.includes("Scheduler or persistence engine not found");
  expect(isMissing).toBe(!hasModule("ip_vs_twos"));
  const { thrown } = await refusals(program, [
    (p) => declare(p, { service: { scheduler: "twos" } }),
  ]);
  expect(thrown).toEqual(["nothing was refused"]);
});

function declare(p: Program, { service: changes = {}, member }: Walk["declared"]) {
  const realServers = member ? [new RealServer("r", { address: "10.10.10.4", ...member })] : [];
  return service(p, "s", { realServers, ...changes });
}
