import { Directors, directors, type Flow, flows, members } from "./directors";

/*
 * Three active directors behind equal-cost routes. A packet of an established connection may reach a
 * director that has never seen it: sloppy_tcp lets that one schedule it all the same, and where every
 * director would choose the same member, nobody notices.
 */

/** Other flows in each test: the kernels remember. */
let some: Flow[];
let round = 0;
beforeEach(() => {
  some = flows(120, round++);
});
const many = flows(300);
const [first = "", second = "", third = ""] = directors;
const gone = members[4] ?? "";
const schedulers = { rr: "rr", sh: "sh -b sh-port", mh: "mh -b mh-port" } as const;
const rows: string[] = [];
let lab: Directors;

beforeAll(async () => {
  lab = await Directors.start();
  await lab.settings({ "net.ipv4.vs.sloppy_tcp": 1 });
});
afterAll(async () => {
  await lab.end();
  process.stdout.write(`\n${rows.join("\n")}\n`);
});

/** How many of those whose member is still there have kept it, of how many. */
function kept(before: (string | undefined)[], after: (string | undefined)[], lost?: string) {
  const there = before.map((_, i) => i).filter((i) => before[i] !== lost);
  const same = there.filter((i) => after[i] === before[i]).length;
  return { same, of: there.length, share: same / there.length };
}

function note(what: string, { same, of, share }: ReturnType<typeof kept>): number {
  rows.push(`| ${what} | ${same} of ${of} | ${(100 * share).toFixed(0)} % |`);
  return share;
}

describe("established connections when a director is lost, then comes back", () => {
  afterEach(async () => {
    await lab.release();
    await lab.route(directors);
  });

  async function loseAndReturn(what: string) {
    const before = await lab.hold(some);
    await lab.route([first, second]);
    const lost = note(`${what}: a director is lost`, kept(before, await lab.again(some)));
    await lab.route(directors);
    const back = note(`${what}: it comes back`, kept(before, await lab.again(some)));
    return { before, lost, back };
  }

  test("mh: every one lives on", async () => {
    await lab.serve(schedulers.mh);
    const { before, lost, back } = await loseAndReturn("mh");
    expect(new Set(before)).toEqual(new Set(members));
    expect([lost, back]).toEqual([1, 1]);
  });

  test("sh: every one lives on, as long as no member changes", async () => {
    await lab.serve(schedulers.sh);
    const { lost, back } = await loseAndReturn("sh");
    expect([lost, back]).toEqual([1, 1]);
  });

  test("rr: those that reach another director are lost, most of them", async () => {
    await lab.serve(schedulers.rr);
    const { lost } = await loseAndReturn("rr");
    // Luck may give a flow the member that it had.
    expect(lost).toBeLessThan(1);
  });

  test("rr with synchronised connections: every one lives on", async () => {
    await lab.serve(schedulers.rr);
    await lab.sync(true);
    const before = await lab.hold(some);
    const known = await lab.known(some);
    await lab.route([first, second]);
    const lost = note("rr, synchronised: a director is lost", kept(before, await lab.again(some)));
    await lab.sync(false);
    expect(known).toEqual([some.length, some.length, some.length]);
    expect(lost).toBe(1);
  });

  test("mh without sloppy_tcp: those that reach another director are reset", async () => {
    await lab.settings({ "net.ipv4.vs.sloppy_tcp": 0 });
    await lab.serve(schedulers.mh);
    const before = await lab.hold(some);
    await lab.route([first, second]);
    const share = note("mh, sloppy_tcp=0: a director is lost", kept(before, await lab.again(some)));
    await lab.settings({ "net.ipv4.vs.sloppy_tcp": 1 });
    expect(share).toBeLessThan(0.8);
  });

  test.each(Object.entries(schedulers))(
    "%s: a member is lost, and then a director: connections of the other members",
    async (name, scheduler) => {
      await lab.serve(scheduler);
      const before = await lab.hold(some);
      await lab.change("-d", gone);
      const alone = note(`${name}: a member is lost`, kept(before, await lab.again(some), gone));
      await lab.route([first, second]);
      const after = kept(before, await lab.again(some), gone);
      const both = note(`${name}: a member is lost, then a director`, after);
      // Who has an entry keeps it.
      expect(alone).toBe(1);
      if (name === "mh") {
        expect(both).toBeGreaterThan(0.9);
      } else {
        expect(both).toBeLessThan(1);
      }
    },
  );
});

describe("who would be chosen, by one datagram for each of 300 clients' ports", () => {
  test.each(Object.entries(schedulers))(
    "%s: a member is lost, and comes back",
    async (name, scheduler) => {
      await lab.serve(scheduler);
      const before = await lab.datagrams(many);
      await lab.change("-d", gone);
      const less = await lab.datagrams(many);
      await lab.change("-a", gone);
      const again = await lab.datagrams(many);
      const left = note(`${name}, new flows: a member is lost`, kept(before, less, gone));
      const back = note(`${name}, new flows: it is back`, kept(before, again));
      expect(less).not.toContain(gone);
      if (name === "mh") {
        expect(left).toBeGreaterThan(0.95);
        expect(back).toBeGreaterThan(0.95);
      } else {
        expect(left).toBeLessThan(0.5);
      }
      const counts = members.map((m) => before.filter((other) => other === m).length);
      rows.push(`| ${name}, new flows: per member | ${counts.join(", ")} | |`);
      expect(Math.min(...counts)).toBeGreaterThan(many.length / members.length / 2);
    },
  );

  test.each([
    ["sh", 0, 0.5],
    ["mh", 0.95, 1],
  ] as const)(
    "%s: of what directors with the members in another order choose, %d to %d is the same",
    async (name, least, most) => {
      await lab.serve(schedulers[name]);
      await lab.route([first]);
      const one = await lab.datagrams(many);
      await lab.route([third]);
      expect(await lab.datagrams(many)).toEqual(one);
      await lab.serve(schedulers[name], members, { [third]: [...members].reverse() });
      const share = note(
        `${name}, new flows: members in another order`,
        kept(one, await lab.datagrams(many)),
      );
      expect(share).toBeGreaterThanOrEqual(least);
      expect(share).toBeLessThanOrEqual(most);
      await lab.route(directors);
    },
  );
});
