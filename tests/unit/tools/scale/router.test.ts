import { random } from "../../../../tools/scale/random";
import { Maglev, Rendezvous } from "../../../../tools/scale/router/consistent";
import type { Group } from "../../../../tools/scale/router/group";
import { HashThreshold } from "../../../../tools/scale/router/hashThreshold";
import { Resilient } from "../../../../tools/scale/router/resilient";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const without = (count: number, lost: number) => upTo(count).filter((i) => i !== lost);

describe("hash-threshold", () => {
  // RFC 2992: 1/2 at the ends, 1/4 + 1/(4N) in the middle of an odd number.
  test.each([
    [3, 0, 1 / 2],
    [3, 1, 1 / 4 + 1 / 12],
    [3, 2, 1 / 2],
    [5, 2, 1 / 4 + 1 / 20],
    [11, 5, 1 / 4 + 1 / 44],
    [100, 99, 1 / 2],
  ])("of %d directors number %d is lost: %d of all flows move", (count, lost, share) => {
    expect(new HashThreshold(upTo(count)).moved(without(count, lost))).toBeCloseTo(share, 6);
  });

  test("a hash at a bound is in the range that ends there", () => {
    const group = new HashThreshold([7, 8, 9]);
    const third = Math.round(2 ** 31 / 3);
    expect([0, third - 1, third, 2 ** 31 - 1].map((h) => group.choose(h))).toEqual([7, 7, 8, 9]);
  });
});

describe("a resilient group", () => {
  // The example of the kernel's Documentation/networking/nexthop-group-resilient.rst has 20 buckets of 5.
  test("the last director has the first buckets, as the kernel fills them", () => {
    expect(new Resilient([0, 1, 2], 8).buckets).toEqual([2, 2, 2, 1, 1, 0, 0, 0]);
  });

  test("who is lost leaves its buckets to the others, and none else moves", () => {
    const group = new Resilient(upTo(5), 20);
    const before = group.buckets;
    expect(group.moved(without(5, 2))).toBe(1 / 5);
    group.replace(without(5, 2));
    expect(group.buckets.map((d, i) => (before[i] === 2 ? -1 : d))).toEqual(
      before.map((d) => (d === 2 ? -1 : d)),
    );
    expect(group.buckets).not.toContain(2);
  });

  test("who comes back gets nothing while buckets are busy, and only idle ones without a timer", () => {
    const group = new Resilient(upTo(5), 20);
    group.replace(without(5, 2));
    const table = group.buckets;
    group.replace(upTo(5));
    expect(group.buckets).toEqual(table);
    group.upkeep({ isIdle: (bucket) => bucket === 3 });
    expect(group.buckets.map((d, i) => (d === 2 ? i : -1)).filter((i) => i >= 0)).toEqual([3]);
    group.upkeep({ isForced: true });
    expect(upTo(5).map((d) => group.buckets.filter((other) => other === d).length)).toEqual([
      4, 4, 4, 4, 4,
    ]);
  });
});

test.each<[string, Group, number]>([
  ["rendezvous", new Rendezvous(upTo(10)), 0.1],
  // A few others move too: less than one in a hundred.
  ["Maglev", new Maglev(upTo(10)), 0.102],
])("%s: a lost director's flows move, and all come back", (_, group, share) => {
  const below = random(1);
  const hashes = Array.from({ length: 20_000 }, () => below(2 ** 31));
  const choices = () => hashes.map((hash) => group.choose(hash));
  const before = choices();
  expect(group.moved(without(10, 4))).toBeCloseTo(share, 3);
  group.replace(without(10, 4));
  const less = choices();
  group.replace(upTo(10));
  expect(choices()).toEqual(before);
  const moved = before.filter((director, i) => director !== less[i]);
  expect(moved.length / hashes.length).toBeCloseTo(share, 2);
  expect(moved.filter((director) => director !== 4).length).toBeLessThan(0.01 * hashes.length);
  expect(less).not.toContain(4);
});
