import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ActiveDirectors } from "./activeDirectors";
import { forget, powerOff, powerOn } from "./power";
import { type Options, up } from "./program";
import { directorAddress, directors, members, vips } from "./topology";
import { kept, keptOf, Traffic } from "./traffic";

/**
 * A director dies and is back, with other schedulers than `mh` by ports, with connections that the directors tell each
 * other of, and with a router whose hashing is resilient. Its BIRD and the router's daemons are real.
 */

jest.setTimeout(10 * 60_000);
const [first = "", second = "", third = ""] = directors;
const many = Number(process.env.IPVS_LAB_CONNECTIONS ?? 600);
const fourth = members[3];
let lab: ActiveDirectors;
let traffic: Traffic;

beforeAll(async () => {
  lab = await ActiveDirectors.start();
  traffic = new Traffic(lab);
});
afterAll(async () => {
  await lab.end();
});
afterEach(async () => {
  await traffic.release();
});

type Kept = ReturnType<typeof kept>;
interface Counted {
  /** Of the director that died. */
  own: Kept;
  others: Kept;
}
const text = ({ same, of }: Kept) => `${same} of ${of}`;
const share = ({ same, of }: Kept) => same / of;

/** The number of connections that each director knows. */
async function knownBy(): Promise<number[]> {
  const entries = await traffic.entries();
  return directors.map(
    (director) => entries.filter(({ seen, told }) => [...seen, ...told].includes(director)).length,
  );
}

/** Waits until the directors have told each other of all connections. */
async function untilAllKnow(): Promise<number[]> {
  for (let tries = 0; ; tries++) {
    const known = await knownBy();
    if (known.every((n) => n === many) || tries === 20) {
      return known;
    }
    await new Promise((done) => setTimeout(done, 500));
  }
}

/**
 * Holds connections while the third director dies and is back.
 * @param later What is declared once the connections are open.
 */
async function dieAndReturn(what: string, options: Options, later?: Options) {
  await up(lab, { families: ["ipv4"], ...options });
  await lab.untilNextHops(directors);
  const before = await traffic.hold(many);
  expect(before.filter((member) => !members.includes(member ?? ""))).toEqual([]);
  const through = await traffic.through();
  const known = options.sync === true ? await untilAllKnow() : await knownBy();
  if (later) {
    await up(lab, { families: ["ipv4"], ...later });
  }
  const count = async (): Promise<Counted> => {
    const after = await traffic.again();
    return {
      own: keptOf(before, after, (i) => through[i] === third),
      others: keptOf(before, after, (i) => through[i] !== third),
    };
  };
  await powerOff(lab, third);
  await lab.untilNextHops([first, second]);
  await forget(lab, third);
  const dead = await count();
  await powerOn(lab, third);
  await lab.untilNextHops(directors);
  const back = await count();
  process.stdout.write(
    `| ${what} | ${text(dead.own)} | ${text(dead.others)} | ${text(back.own)} | ${text(back.others)} | ${known.join(", ")} |\n`,
  );
  // Each director has its share, or there would be nothing to count.
  expect(dead.own.of).toBeGreaterThan(many / 6);
  return { dead, back, known };
}

describe("connections of the director that died, and of the others", () => {
  test.each([
    ["mh, mh-port", { scheduler: "mh" }],
    ["mh", { scheduler: "mh", byPort: false }],
    ["sh, sh-port", { scheduler: "sh" }],
  ] as const)("%s: all are kept", async (what, options) => {
    const { dead, back } = await dieAndReturn(what, options);
    for (const { own, others } of [dead, back]) {
      expect([share(own), share(others)]).toEqual([1, 1]);
    }
  });

  test("rr: most that reach another director are lost, of the others too", async () => {
    const { dead, back } = await dieAndReturn("rr", { scheduler: "rr" });
    // One in four finds its member again, by luck.
    expect(share(dead.own)).toBeLessThan(0.5);
    // A half of what the middle one of three had moves to the first: see tools/scale.
    expect(share(dead.others)).toBeLessThan(0.95);
    expect(share(back.own)).toBeLessThan(share(dead.own));
  });
});

describe("directors that tell each other of connections", () => {
  test("rr: all are kept when one dies; when it is back it has not been told", async () => {
    const { dead, back, known } = await dieAndReturn("rr, synchronised", {
      ...{ scheduler: "rr", sync: true },
    });
    expect(known).toEqual([many, many, many]);
    expect([share(dead.own), share(dead.others)]).toEqual([1, 1]);
    // A connection is told at its third packet, and every 50 packets: few have had so many since.
    expect(share(back.own)).toBeLessThan(0.5);
  });

  // With mh it matters only where the directors choose otherwise than when the connections were opened.
  test.each([
    ["mh, mh-port", true],
    ["mh", false],
  ] as const)(
    "%s, a member was added: those that move are kept, without not all",
    async (what, byPort) => {
      const options = { byPort, without: fourth };
      const alone = await dieAndReturn(`${what}, a member more`, options, { byPort });
      await traffic.release();
      const told = await dieAndReturn(
        `${what}, a member more, synchronised`,
        { ...options, sync: true },
        { byPort, sync: true },
      );
      // A fourth of what moves is the new member's.
      expect(share(alone.dead.own)).toBeLessThan(1);
      expect(share(alone.dead.own)).toBeGreaterThan(0.5);
      expect(told.known).toEqual([many, many, many]);
      expect([share(told.dead.own), share(told.dead.others)]).toEqual([1, 1]);
    },
  );
});

describe("a router whose hashing is resilient", () => {
  beforeEach(async () => {
    await up(lab, { families: ["ipv4"] });
    await lab.untilNextHops(directors);
    await lab.machine.write(
      "/tmp/resilient.sh",
      readFileSync(join(__dirname, "resilient.sh"), "utf8"),
    );
    const hops = directors.map((_, i) => directorAddress(i).address).join(" ");
    const start = `sh /tmp/resilient.sh ${vips.ipv4} eth1 ${hops} >/tmp/resilient.log 2>&1 & sleep 1`;
    await lab.script("router", start);
    const nextHop = "ip nexthop show id $(ip route show table 100 | sed 's/.*nhid //; s/ .*//')";
    expect(await lab.script("router", nextHop)).toContain("type resilient");
  });

  afterEach(async () => {
    expect(await lab.script("router", "cat /tmp/resilient.log")).toBe("");
  });

  test.each(["rr", "mh"] as const)("%s: of the others at most 2 %% are lost", async (scheduler) => {
    const { dead, back } = await dieAndReturn(`${scheduler}, resilient`, { scheduler });
    expect(share(dead.others)).toBeGreaterThanOrEqual(0.98);
    expect(share(back.others)).toBeGreaterThanOrEqual(0.98);
    if (scheduler === "rr") {
      expect(share(dead.own)).toBeLessThan(0.5);
    } else {
      expect([share(dead.own), share(back.own)]).toEqual([1, 1]);
    }
  });
});
