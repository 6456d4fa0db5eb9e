import { mh, mhSize, numberOf, sh } from "../../../../tools/scale/schedulers/hashing";

/* What the kernel itself did, in findings/ipvs-mh-six-bits-of-weight.sh and findings/ipvs-sh-256-places.sh. */

const first = numberOf("192.0.2.11");
const membersOf = (weights: readonly number[], port: number) =>
  weights.map((weight, i) => ({ address: first + i, port, weight }));

test.each([
  [1001, [65535, 1], 84],
  [1002, [1000, 10], 100],
  [1003, [10, 1], 571],
])("mh, port %d, weights %j: %d of 6,000 flows as in the kernel", (port, weights, second) => {
  const table = mh.table(membersOf(weights, port));
  const client = numberOf("192.0.2.1");
  const ports = Array.from({ length: 6000 }, (_, i) => 20000 + i);
  expect(ports.filter((from) => table[mh.place(client, from)] === 1)).toHaveLength(second);
});

test.each([
  [
    [1, 1],
    [501, 499],
  ],
  [
    [100, 100, 100],
    [218, 392, 390],
  ],
  [
    [200, 100],
    [610, 390],
  ],
  [
    [256, 256],
    [0, 1000],
  ],
  [
    [1000, 1],
    [996, 4],
  ],
])("sh, weights %j: 1,000 clients are distributed as in the kernel", (weights, shares) => {
  const table = sh.table(membersOf(weights, 80));
  const members = [10, 11, 12, 13].flatMap((net) =>
    Array.from({ length: 250 }, (_, i) => table[sh.place(numberOf(`203.0.${net}.${i + 1}`), 0)]),
  );
  expect(weights.map((_, i) => members.filter((member) => member === i).length)).toEqual(shares);
});

test("mh's table is full, a member of weight 0 has none of it, and without any weight it is empty", () => {
  const places = (weights: number[]) => {
    const table = mh.table(membersOf(weights, 80));
    return weights.map((_, i) => table.filter((member) => member === i).length);
  };
  expect(places([1, 1, 1])).toEqual([1364, 1364, 1365]);
  expect(places([1, 0, 1])).toEqual([2046, 0, 2047]);
  expect(places([0, 0])).toEqual([0, 0]);
  expect(mh.table([])).toHaveLength(mhSize);
});
