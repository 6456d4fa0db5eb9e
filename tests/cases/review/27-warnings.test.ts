import * as pulumi from "@pulumi/pulumi";
import { RealServer, RealServerArgs } from "../../../components/backends/realServer";
import { Director } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { IpvsService, IpvsServiceArgs } from "../../../components/service/ipvsService";
import { IpvsTable } from "../../../components/table/ipvsTable";
import { Vip } from "../../../components/vip/vip";
import { registered } from "../../support/pulumi/mocks";

const ssh = {
  host: "192.0.2.10",
  user: "root",
  privateKey: "-----BEGIN PRIVATE KEY-----\n",
  hostKey: "ssh-ed25519 AAAA",
};

/** What the preview warns of. */
async function warnings(
  args: Partial<IpvsServiceArgs>,
  members: Partial<RealServerArgs>[],
  timeouts = {},
  engine: "ipvsadm" | "keepalived" = "ipvsadm",
): Promise<string[]> {
  return said(() => {
    const host = new Host("lb", { ssh, interface: "eth0", address: "192.0.2.10/24" });
    const director = new Director("director", { host, timeouts, engine });
    const vip = new Vip("vip", { host, address: "192.0.2.100" });
    const realServers = members.map(
      (member, i) => new RealServer(`r${i}`, { address: `192.0.2.2${i}`, ...member }),
    );
    const port = args.firewallMark === undefined ? 80 : undefined;
    new IpvsService("web", { director, vip, port, realServers, ...args });
  });
}

async function said(program: () => void): Promise<string[]> {
  const log = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const preview = jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
  try {
    await registered(program);
    return log.mock.calls.map(([text]) => text);
  } finally {
    log.mockRestore();
    preview.mockRestore();
  }
}

const gate = { forwarding: "gate" as const };
const quiet = { weight: 0 };

test("review 27: one-packet scheduling by masquerade never answers, and the preview says so", async () => {
  const dns = { protocol: "udp" as const, onePacket: true };
  expect(await warnings(dns, [{}, gate])).toEqual([
    expect.stringMatching(
      /^onePacket: answers of members by masquerade leave with the member's own address/,
    ),
  ]);
  expect(await warnings(dns, [gate, gate])).toEqual([]);
});

test.each([
  [[1, 1], undefined],
  [[1, 1, 1], undefined],
  [[2, 1, 0], undefined],
  [Array<number>(100).fill(1), undefined],
  [
    [256, 256],
    ["0 %", "50 %"],
  ],
  [
    [100, 100, 100],
    ["21.9 %", "33.3 %"],
  ],
  [
    [100, 50],
    ["21.9 %", "33.3 %"],
  ],
  [Array<number>(300).fill(1), ["0 %", "0.3 %"]],
])("the 256 places of sh are filled by weights in turn: %p", async (weights, shares) => {
  const found = await warnings(
    { scheduler: "sh", schedulerFlags: ["sh-fallback"] },
    weights.map((weight, i) => ({ weight, address: `198.51.${100 + (i >> 8)}.${i & 255}` })),
  );
  const said = /may get (.*) of all clients where its weight asks for (.*?):/;
  expect(found.map((text) => said.exec(text)?.slice(1))).toEqual(shares ? [shares] : []);
});

test("a director that stops estimations hears that counters stop, too", async () => {
  const declare = (run_estimation: number) => () => {
    const host = new Host("lb", { ssh, interface: "eth0", address: "192.0.2.10/24" });
    new Director("director", { host, sysctls: { run_estimation } });
  };
  expect(await said(declare(0))).toEqual([
    expect.stringMatching(/^sysctls\.run_estimation: 0 stops the kernel's counters/),
  ]);
  expect(await said(declare(1))).toEqual([]);
});

test.each(["sh", "mh", "dh"] as const)(
  "review 27: weight 0 under %s refuses clients",
  async (scheduler) => {
    expect(await warnings({ scheduler }, [quiet, {}])).toEqual([
      expect.stringContaining(
        `realServers[0] "r0": weight: 0 does not keep scheduler ${scheduler} from choosing the member`,
      ),
    ]);
  },
);

test.each(["sh", "mh"] as const)("review 27: unless %s falls back", async (scheduler) => {
  const [text] = await warnings({ scheduler }, [quiet, {}]);
  expect(text).toContain(`set schedulerFlags: ["${scheduler}-fallback"]`);
  for (const flag of [`${scheduler}-fallback`, "flag-1"] as const) {
    expect(await warnings({ scheduler, schedulerFlags: [flag] }, [quiet, {}])).toEqual([]);
  }
});

test.each([
  [[100, 1], "50, 1"],
  [[65535, 1], "63, 1"],
  [[64, 1], "32, 1"],
  [[63, 1], undefined],
  [[1000, 500], undefined],
  [[128, 2], "32, 1"],
])("review 27: mh keeps six bits of weights %p", async (weights, kept) => {
  const found = await warnings(
    { scheduler: "mh" },
    weights.map((weight) => ({ weight })),
  );
  expect(found).toEqual(
    kept === undefined
      ? []
      : [
          `realServers: scheduler mh keeps six bits of a weight, so the weights ${weights.join(", ")} count as ${kept}`,
        ],
  );
});

test("review 27: port 21 with persistence takes more than port 21", async () => {
  const [text] = await warnings({ port: 21, persistence: {} }, [{}]);
  expect(text).toContain("also takes what comes to port 20");
  expect(await warnings({ port: 21 }, [{}])).toEqual([]);
});

test.each(["sh", "mh", "dh"] as const)(
  "facts: a check that gives weight 0 under %s refuses clients, too",
  async (scheduler) => {
    const inhibited = { inhibitOnFailure: true };
    const said = await warnings({ scheduler }, [inhibited, {}], {}, "keepalived");
    expect(said).toEqual([
      expect.stringContaining(
        'realServers[0] "r0": inhibitOnFailure: a check that fails gives weight 0',
      ),
    ]);
    expect(await warnings({ scheduler: "rr" }, [inhibited, {}], {}, "keepalived")).toEqual([]);
  },
);

test("facts: ovf gives one connection more than a weight, and the preview says so", async () => {
  expect(await warnings({ scheduler: "ovf" }, [{}, {}])).toEqual([
    expect.stringContaining("ovf gives a member one connection more than its weight"),
  ]);
});

test("facts: closed connections count for a threshold, for as long as the director's timeout says", async () => {
  const [text, ...more] = await warnings({}, [{}, { upperThreshold: 9 }], { tcpFin: 30 });
  expect(text).toMatch("realServers[1]: upperThreshold counts closed connections, too, for 30 s");
  expect(more).toEqual([]);
  expect(await warnings({ protocol: "udp" }, [{ upperThreshold: 9 }])).toEqual([]);
});

test("import 23: large uploads through tunnels need ICMP, and the preview says so once", async () => {
  const tunnel = { forwarding: "ipip" as const };
  const [text, ...more] = await warnings({}, [tunnel, tunnel]);
  expect(text).toContain("where ICMP is dropped on the way to clients, large uploads hang");
  expect(more).toEqual([]);
  expect(await warnings({ protocol: "udp" }, [tunnel])).toEqual([]);
  expect(await warnings({}, [gate])).toEqual([]);
});

test("operations 15: flows of UDP outlive weight 0, for as long as the director's timeout says", async () => {
  const [text, ...more] = await warnings({ protocol: "udp" }, [quiet, {}], { udp: 40 });
  expect(text).toContain("until nothing has come for 40 s (timeouts.udp of the Director)");
  expect(more).toEqual([]);
  expect(await warnings({ protocol: "udp", onePacket: true }, [{ ...gate, ...quiet }])).toEqual([]);
  expect(await warnings({}, [quiet, {}])).toEqual([]);
  const mark = { firewallMark: 7, ports: [443, "443/udp"] };
  expect(await warnings(mark, [quiet, {}])).toEqual([expect.stringContaining("for 300 s")]);
});

test("operations 26: persistence that is shorter than a closed connection is remembered", async () => {
  const [text] = await warnings({ persistence: { timeout: 1 } }, [{}]);
  expect(text).toMatch(
    "persistence.timeout: 1 s begin when the last connection is forgotten, which is 120 s after its end",
  );
  expect(await warnings({ persistence: { timeout: 30 } }, [{}], { tcpFin: 30 })).toEqual([]);
  expect(await warnings({ persistence: {} }, [{}])).toEqual([]);
  expect(await warnings({ protocol: "udp", persistence: { timeout: 1 } }, [{}])).toEqual([]);
});

test("a table says the same of its services, and not all of a thousand", async () => {
  const table = (count: number) => () => {
    const host = new Host("lb", { ssh, interface: "eth0", address: "192.0.2.10/24" });
    const director = new Director("director", { host });
    const services = Array.from({ length: count }, (_, i) => ({
      ...{ address: "192.0.2.100", port: 1000 + i, scheduler: "dh" as const },
      realServers: [{ address: "192.0.2.21", weight: 0 }],
    }));
    new IpvsTable("t", { director, services });
  };
  expect((await said(table(1)))[0]).toMatch(
    "192.0.2.100:1000/tcp: realServers[0]: weight: 0 does not",
  );
  const many = await said(table(1000));
  expect(many).toHaveLength(11);
  expect(many[10]).toBe("and 990 more");
});

test("an update after its preview says nothing again", async () => {
  const log = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  await registered(() => {
    const host = new Host("lb", { ssh, interface: "eth0", address: "192.0.2.10/24" });
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address: "192.0.2.100" });
    const realServers = [new RealServer("r", { address: "192.0.2.21", weight: 0 })];
    new IpvsService("web", { director, vip, port: 80, scheduler: "sh", realServers });
  });
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
});
