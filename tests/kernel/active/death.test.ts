import { ActiveDirectors } from "./activeDirectors";
import { forget, powerOff, powerOn } from "./power";
import { up } from "./program";
import { directors, members } from "./topology";
import { kept, keptOf, Traffic } from "./traffic";

/** A director that loses its power while it has connections, and comes back: real daemons in namespaces. */

jest.setTimeout(10 * 60_000);
const [first = "", second = "", third = ""] = directors;
const many = Number(process.env.IPVS_LAB_CONNECTIONS ?? 3000);
const rows: string[] = [];
let lab: ActiveDirectors;
let traffic: Traffic;
let before: (string | undefined)[];
/** The director that each connection went through before. */
let through: string[];

beforeAll(async () => {
  lab = await ActiveDirectors.start();
  traffic = new Traffic(lab);
  await up(lab, { families: ["ipv4"] });
  await lab.untilNextHops(directors);
  before = await traffic.hold(many);
  expect(new Set(before)).toEqual(new Set(members));
  through = await traffic.through();
});
afterAll(async () => {
  await lab.end();
  process.stdout.write(`\n${rows.join("\n")}\n`);
});

/** Does something while new connections are made; the others' sessions must not suffer from it. */
async function meanwhile(what: () => Promise<number | undefined>) {
  const before = await lab.sessionsLost([first, second]);
  const probed = await traffic.meanwhile(what);
  rows.push(`| new ones lost | ${probed.lost} of ${probed.requests} | ${probed.how} |`);
  expect(await lab.sessionsLost([first, second])).toBe(before);
  return probed;
}

/** Uses all connections again, and notes how many were kept: of the director that died, and of the others. */
async function count(what: string) {
  const after = await traffic.again();
  const all = kept(before, after);
  const own = keptOf(before, after, (i) => through[i] === third);
  const others = keptOf(before, after, (i) => through[i] !== third);
  rows.push(
    `| ${what} | ${all.same} of ${all.of} | ${own.same} of ${own.of} | ${others.same} of ${others.of} |`,
  );
  return { all, own, others };
}

test("it dies: BFD finds it, and connections go on at the others", async () => {
  const probed = await meanwhile(async () => {
    const at = await powerOff(lab, third);
    await lab.untilNextHops([first, second]);
    return at;
  });
  await forget(lab, third);
  const { all, own, others } = await count("a director dies");
  rows.push(`| seconds to the last that was lost | ${probed.silence.toFixed(2)} |`);
  // A third of all; otherwise nothing was taken away.
  expect(own.of).toBeGreaterThan(many / 5);
  expect(others.same).toBeGreaterThanOrEqual(0.98 * others.of);
  expect(all).toEqual({ same: many, of: many });
  expect(probed.lost).toBeGreaterThan(0);
  expect(probed.silence).toBeLessThan(3);
});

test("it is back and knows nothing: connections go on, no new one is lost", async () => {
  const probed = await meanwhile(async () => {
    await powerOn(lab, third);
    await lab.untilNextHops(directors);
    return undefined;
  });
  const { all, others } = await count("it is back");
  // What it had before goes through it again.
  const entries = await traffic.entries();
  expect(entries.filter(({ seen }) => seen.includes(third)).length).toBeGreaterThan(many / 5);
  expect(others.same).toBeGreaterThanOrEqual(0.98 * others.of);
  expect(all).toEqual({ same: many, of: many });
  expect(probed.lost).toBe(0);
  expect(await lab.preview(third)).toEqual({ differences: [], warnings: [], notes: [] });
});
