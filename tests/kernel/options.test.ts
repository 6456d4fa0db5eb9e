import { type Combination, combination, marking, type Way, ways } from "./combinations";
import { different, count } from "./expectedDistribution";
import { Lab, outcome } from "./lab";
import { linesOf } from "./lines";
import { members, ports } from "./topology";

/** What a service can be told beside its scheduler, in the ways that differ in the kernel. */
const some = ways.filter(({ family, inner, name }) => family === inner && name !== "gre");
const straight = some.filter(({ name }) => name === "gate" || name === "ipip");
const masquerade4: Way = { name: "masquerade", family: "ipv4", inner: "ipv4" };

type Judge = (c: Combination) => Promise<void>;
const cases: [Combination, Judge][] = [];
const add = (c: Combination, judge: Judge) => cases.push([c, judge]);
let lab: Lab;

const clientsTwice = [...different(6), ...different(6)];
const all = [...members].sort();

// --- Persistence -----------------------------------------------------------------------------------

for (const way of some) {
  for (const kind of ["tcp", "udp", "sctp", "mark"] as const) {
    const title = "a client stays with its member, whatever the scheduler would do next";
    add(combination(kind, way, "rr", { title, persistence: {} }), async (c) => {
      const order = await lab.order(c, clientsTwice);
      expect(order.slice(6)).toEqual(order.slice(0, 6));
      expect(count(order)).toEqual([4, 4, 4]);
    });
  }
}

for (const way of some.filter(({ name }) => name === "masquerade")) {
  const four = way.family === "ipv4";
  const netmask = four ? "255.255.255.252" : 124;
  const persistence = { timeout: 60, netmask };
  const title = `persistence by network, mask ${netmask}`;
  add(combination("tcp", way, "rr", { title, persistence }), async (c) => {
    // Clients are …10, …11 and so on: fours are alike in IPv4, those with the same first digit in IPv6.
    const [a, b] = four ? [2, 6] : [6, 10];
    const first = await lab.order(c, range(a, a + 4));
    const second = await lab.order(c, range(b, b + 4));
    expect(new Set(first).size).toBe(1);
    expect(new Set(second).size).toBe(1);
    expect(second[0]).not.toBe(first[0]);
  });
}

for (const way of some) {
  const title = "persistence engine sip: calls of one client are told apart, each stays";
  const persistence = { engine: "sip" as const };
  add(combination("udp", way, "rr", { title, persistence }), async (c) => {
    // One client, a port for each message: what they have in common is the call.
    const calls = ["one", "two", "three", "one", "two", "three"];
    const order = await lab.order(
      c,
      calls.map((call) => ({ client: 0, payload: sip(call) })),
    );
    expect(order.slice(3)).toEqual(order.slice(0, 3));
    expect([...order.slice(0, 3)].sort()).toEqual(all);
  });
}

// --- Every port, and port ranges -------------------------------------------------------------------

for (const way of some) {
  for (const kind of ["tcp", "udp"] as const) {
    const title = "port 0: every port is served, a client's all by one member";
    const c = combination(kind, way, "rr", { title, port: 0, persistence: {} });
    c.service.realServers.forEach((r) => (r.port = 0));
    add(c, async () => {
      const flows = range(0, 3).flatMap((f) => ports.map((port) => ({ ...f, port })));
      const order = await lab.order(c, flows);
      expect(count(order)).toEqual(members.map(() => ports.length));
      range(0, 3).forEach((_, i) => {
        const own = order.slice(i * ports.length, (i + 1) * ports.length);
        expect(new Set(own).size).toBe(1);
      });
    });
  }
  const marked = [8100, 8101, 8102];
  add(combination("mark", way, "rr", { title: "one service for a range of ports" }), async (c) => {
    const order = await lab.order(
      c,
      marked.map((port) => ({ client: 0, port })),
    );
    expect([...order].sort()).toEqual(all);
    const { answers } = await lab.open(c, [{ client: 0, port: 8103 }]);
    // Nobody marks that one, so it is none of the service's; the director has no server itself.
    expect(answers.map(outcome)).toEqual(["ECONNREFUSED"]);
  });
  const title = "a range of ports with persistence: a client's all by one member";
  add(combination("mark", way, "rr", { title, persistence: {} }), async (c) => {
    const order = await lab.order(
      c,
      marked.map((port) => ({ client: 0, port })),
    );
    expect(new Set(order).size).toBe(1);
  });
}

const ours: Combination[] = [];
for (const way of some) {
  const c = combination("mark", way, "rr", { title: "a port and a range that the program marks" });
  ours.push(c);
  add(c, async () => {
    await lab.mark(c, "8080, 8102-8103");
    const order = await lab.order(
      c,
      [8080, 8102, 8103].map((port) => ({ client: 0, port })),
    );
    expect([...order].sort()).toEqual(all);
    const { answers } = await lab.open(c, [{ client: 0, port: 8100 }]);
    expect(answers.map(outcome)).toEqual(["ECONNREFUSED"]);
  });
}

// --- One-packet scheduling -------------------------------------------------------------------------

for (const way of straight) {
  for (const kind of ["udp", "mark"] as const) {
    const title = "one-packet scheduling: every datagram of one flow is scheduled anew";
    const c = combination(kind, way, "rr", { title, onePacket: true });
    add({ ...c, protocol: "udp" }, async (udp) => {
      const order = await lab.held(udp, different(1));
      order.push(...(await lab.more(udp, 5)));
      expect(order).toEqual([...order.slice(0, 3), ...order.slice(0, 3)]);
      expect([...order.slice(0, 3)].sort()).toEqual(all);
    });
  }
  add(combination("udp", way, "rr", { title: "without it a flow keeps its member" }), async (c) => {
    const order = await lab.held(c, different(1));
    order.push(...(await lab.more(c, 5)));
    expect(new Set(order).size).toBe(1);
  });
}

// --- Scheduler flags -------------------------------------------------------------------------------

for (const way of some) {
  for (const scheduler of ["sh", "mh"] as const) {
    const oneClient = Array(24).fill({ client: 3 }) as { client: number }[];
    const port = {
      title: `${scheduler}-port: ports of one client are told apart`,
      schedulerFlags: [`${scheduler}-port` as const],
    };
    add(combination("tcp", way, scheduler, port), async (c) => {
      expect(Math.min(...count(await lab.order(c, oneClient)))).toBeGreaterThan(0);
    });

    const title = `without ${scheduler}-fallback clients of a member of weight 0 are refused`;
    add(combination("tcp", way, scheduler, { title }), async (c) => {
      const before = await lab.order(c, different(12));
      await lab.weigh(c, 0, 0);
      const { answers } = await lab.open(c, different(12));
      before.forEach((member, i) => {
        const now = outcome(answers[i] ?? {});
        expect({ i, now }).toEqual({ i, now: member === members[0] ? "ECONNREFUSED" : member });
      });
    });
    const fallback = {
      title: `${scheduler}-fallback: those clients go to another member`,
      schedulerFlags: [`${scheduler}-fallback` as const],
    };
    add(combination("tcp", way, scheduler, fallback), async (c) => {
      const before = await lab.order(c, different(12));
      await lab.weigh(c, 0, 0);
      const after = await lab.order(c, different(12));
      expect(after).not.toContain(members[0]);
      before.forEach((member, i) => {
        if (member !== members[0]) {
          expect(after[i]).toBe(member);
        }
      });
    });
  }
}

// --- Thresholds, weight 0, leaving -----------------------------------------------------------------

for (const way of some) {
  const title = "a member takes no more than its upper threshold, and again below its lower one";
  const limited = combination("tcp", way, "rr", { title });
  Object.assign(limited.service.realServers[0] ?? {}, { upperThreshold: 2, lowerThreshold: 1 });
  add(limited, async (c) => {
    expect(count(await lab.held(c, different(9)))[0]).toBe(2);
  });
  const full = combination("tcp", way, "wlc", {
    title: "when all are at their threshold, clients are refused",
  });
  full.service.realServers.forEach((r) => (r.upperThreshold = 2));
  add(full, async (c) => {
    const { answers } = await lab.open(c, different(8), "held");
    expect(count(answers.map(outcome))).toEqual([2, 2, 2]);
    expect(answers.slice(6).map(outcome)).toEqual(["ECONNREFUSED", "ECONNREFUSED"]);
  });
  for (const kind of ["tcp", "udp", "sctp", "mark"] as const) {
    const quiet = "weight 0 takes no new connection and keeps those that it has";
    add(combination(kind, way, "rr", { title: quiet }), async (c) => {
      const order = await lab.held(c, different(3));
      await lab.weigh(c, 0, 0);
      expect(count(await lab.order(c, different(6)))).toEqual([0, 3, 3]);
      expect(await lab.more(c, 1)).toEqual(order);
    });
  }
}

// --- Locality under load ---------------------------------------------------------------------------

for (const scheduler of ["lblc", "lblcr"] as const) {
  const title = "a member with more connections than its weight gets help from an idle one";
  add(combination("tcp", masquerade4, scheduler, { title }), async (c) => {
    const order = await lab.held(c, different(9));
    expect(new Set(order).size).toBeGreaterThan(1);
    expect(order[0]).toBe(order[1]);
  });
}

beforeAll(async () => {
  lab = await Lab.start(
    marking(cases.map(([c]) => c).filter((c) => c.service.firewallMark && !ours.includes(c))),
  );
  await lab.set(cases.map(([c]) => c));
});
afterEach(() => lab.release());
afterAll(() => lab.end());

test("the kernel has every line as it was written, apart from thresholds", async () => {
  const written = cases.flatMap(([{ service }]) => linesOf(service));
  const plain = written.map((line) => line.replace(/( -[xy] \d+)+$/, ""));
  expect((await lab.table()).sort()).toEqual(plain.sort());
});

test.each(cases.map(([c, judge]) => [c.title, c, judge] as const))("%s", async (_, c, judge) => {
  await judge(c);
});

function range(from: number, to: number): { client: number }[] {
  return different(to).slice(from);
}

function sip(call: string): string {
  return `OPTIONS sip:a@example.org SIP/2.0\r\nCall-ID: ${call}\r\n\r\n`;
}
