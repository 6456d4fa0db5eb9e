import { random } from "../../../tools/scale/random";
import { differing } from "../../../tools/scale/router/group";
import { HashThreshold } from "../../../tools/scale/router/hashThreshold";
import { Resilient, type Upkeep } from "../../../tools/scale/router/resilient";
import { flows } from "../directors";
import { NextHops, type Timers } from "./nextHops";

/*
 * The routers of tools/scale beside the kernel's: which of 2,000 datagrams of different clients and ports reach another
 * director when one of 3 or of 10 is lost, and when it comes back.
 */

const some = flows(2000);
const buckets = 128;
const rows: string[] = [];
let lab: NextHops;

beforeAll(async () => {
  lab = await NextHops.start();
});
afterAll(async () => {
  await lab.end();
  process.stdout.write(`\n${rows.join("\n")}\n`);
});

const wait = (seconds: number) => new Promise((done) => setTimeout(done, 1000 * seconds));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Notes how many flows moved, and checks that it is what was computed: within five standard deviations. */
function expectMoved(what: string, before: number[], after: number[], computed: number): void {
  expect(after).not.toContain(-1);
  const moved = before.filter((director, i) => director !== after[i]).length;
  const share = (n: number) => `${((100 * n) / some.length).toFixed(1)} %`;
  rows.push(`| ${what} | ${share(computed * some.length)} | ${share(moved)} |`);
  const deviation = Math.sqrt(some.length * computed * (1 - computed));
  expect(Math.abs(moved - computed * some.length)).toBeLessThanOrEqual(5 * deviation);
}

const pairs = (before: number[], after: number[]) =>
  new Set(before.map((director, i) => `${director} to ${after[i]}`));

describe.each([3, 10])("%d directors by hash-threshold", (count) => {
  test.each([
    ["the last", count - 1],
    ["one in the middle", Math.floor(count / 2)],
  ])("%s is lost, and comes back: who moves is as computed", async (place, lost) => {
    const all = upTo(count);
    const others = all.filter((director) => director !== lost);
    await lab.route(all);
    const before = await lab.send(some);
    await lab.route(others);
    const less = await lab.send(some);
    await lab.route(all);
    const back = await lab.send(some);

    const group = new HashThreshold(all);
    const what = `hash-threshold, ${place} of ${count}`;
    expectMoved(`${what} is lost`, before, less, group.moved(others));
    // Nobody goes where the ranges do not lead.
    const below = random(1);
    const hashes = Array.from({ length: 200_000 }, () => below(2 ** 31));
    const first = hashes.map((hash) => group.choose(hash));
    group.replace(others);
    const possible = pairs(
      first,
      hashes.map((hash) => group.choose(hash)),
    );
    expect([...pairs(before, less)].filter((pair) => !possible.has(pair))).toEqual([]);
    expect(back).toEqual(before);
  });
});

describe.each([
  [3, 2],
  [10, 9],
  [10, 4],
])("%d directors by a resilient group, and number %d is lost", (count, lost) => {
  const all = upTo(count);
  const others = all.filter((director) => director !== lost);
  const what = `resilient, ${lost === count - 1 ? "the last" : "one in the middle"} of ${count}`;

  /** Loses a director; the group of tools/scale after the same. */
  async function lose() {
    const group = new Resilient(all, buckets);
    await lab.group(`resilient buckets ${buckets} idle_timer 600`, all);
    expect(await lab.buckets()).toEqual(group.buckets);
    const before = await lab.send(some);
    const computed = group.moved(others);
    await lab.lose(lost);
    const less = await lab.send(some);
    group.replace(others);
    expect(await lab.buckets()).toEqual(group.buckets);
    return { group, before, less, computed };
  }

  /** Brings it back, and waits until the kernel's buckets are those of tools/scale. */
  async function comeBack(group: Resilient, timers: Timers, upkeep: Upkeep): Promise<void> {
    await lab.return(lost, all, timers);
    group.replace(all, upkeep);
    const deadline = Date.now() + 20_000;
    const isSame = (table: number[]) => table.every((director, i) => director === group.buckets[i]);
    while (Date.now() < deadline && !isSame(await lab.buckets())) {
      await wait(0.5);
    }
    expect(await lab.buckets()).toEqual(group.buckets);
  }

  /** Who moved when it came back, and how many flows it had before are its own again. */
  function expectBack(why: string, before: number[], [less, back]: number[][], computed: number) {
    expectMoved(`${what} is back, ${why}`, less ?? [], back ?? [], computed);
    const had = before.flatMap((director, i) => (director === lost ? [back?.[i]] : []));
    const again = had.filter((director) => director === lost).length;
    rows.push(`| of its former flows it has again | | ${again} of ${had.length} |`);
  }

  test("only its flows move; it gets its share back when the unbalanced timer is over, and before that nothing", async () => {
    const { group, before, less, computed } = await lose();
    expectMoved(`${what} is lost`, before, less, computed);
    const moved = before.filter((director, i) => director !== less[i]);
    expect(moved.every((director) => director === lost)).toBe(true);
    expect(less).not.toContain(lost);

    await comeBack(group, { idle: 600, unbalanced: 0 }, {});
    const busy = await lab.send(some);
    expect(busy).not.toContain(lost);
    expectBack("buckets are busy", before, [less, busy], 0);

    const table = group.buckets;
    await comeBack(group, { idle: 600, unbalanced: 1 }, { isForced: true });
    const share = differing(table, group.buckets);
    expectBack("the unbalanced timer is over", before, [busy, await lab.send(some)], share);
  });
});

test("a director that comes back to a resilient group gets its share at once where buckets were idle", async () => {
  const [all, others] = [upTo(10), upTo(9)];
  const group = new Resilient(all, buckets);
  await lab.group(`resilient buckets ${buckets} idle_timer 1`, all);
  await lab.lose(9);
  group.replace(others);
  const less = await lab.send(some);
  const table = group.buckets;
  await wait(2);
  await lab.return(9, all, { idle: 1, unbalanced: 0 });
  group.replace(all, { isIdle: () => true });
  expect(await lab.buckets()).toEqual(group.buckets);
  const share = differing(table, group.buckets);
  expectMoved("resilient, the last of 10 is back, idle", less, await lab.send(some), share);
});

test("in one machine, hash policy 1 takes a random number of each socket, not its address and port", async () => {
  await lab.route(upTo(10));
  const before = await lab.send(some);
  expect(await lab.send(some)).toEqual(before);
  await lab.hash("socket");
  const first = await lab.send(some);
  const second = await lab.send(some);
  await lab.hash("packet");
  expectMoved("policy 1, the same flows from new sockets", first, second, 0.9);
});

describe("a director is gone, and the router was not told", () => {
  const few = some.slice(0, 60);
  afterEach(() => lab.cut(0, false));

  test.each([
    ["mpath", 0],
    [`resilient buckets ${buckets}`, 1],
  ] as const)("a group of type %s", async (type, isLost) => {
    await lab.group(type, upTo(3));
    const before = await lab.send(few);
    await lab.cut(0, true);
    // The first packets find out that the neighbour does not answer.
    await lab.send(few, 0.5);
    const after = await lab.send(few, 0.5);
    const silent = after.filter((director) => director === -1).length;
    const own = before.filter((director) => director === 0).length;
    rows.push(`| ${type}: no answer, with a dead neighbour | | ${silent} of ${few.length} |`);
    expect(own).toBeGreaterThan(0);
    expect(silent).toBe(isLost * own);
  });
});
