import { spawnSync } from "node:child_process";
import { join } from "node:path";
import {
  Choice,
  connectionsOf,
  keptShare,
  memberChanges,
  schedulers,
  simulate,
} from "../../../../tools/scale/connections";
import { markdown } from "../../../../tools/scale/report";
import { type Results, results } from "../../../../tools/scale/simulation";

const root = join(__dirname, "../../../..");
const options = { directors: [3, 10], members: 5, connections: 5000, buckets: 1024, seed: 7 };
const found = results(options);

test("the same seed gives the same, another seed does not", () => {
  expect(results(options)).toEqual(found);
  expect(results({ ...options, seed: 8 })).not.toEqual(found);
});

test("what is simulated is what is computed, within five standard deviations", () => {
  const shares = [
    ...found.routers.flatMap(({ moved }) => [moved.lost, moved.back, moved.added]),
    ...schedulers.flatMap((s) => memberChanges.map((change) => found.kept[s][change])),
  ];
  for (const { computed, simulated } of shares) {
    const deviation = Math.sqrt((computed * (1 - computed)) / options.connections);
    expect(Math.abs(computed - simulated)).toBeLessThanOrEqual(5 * deviation);
  }
});

test("as long as members do not change, sh and mh lose no connection and rr four of five that move", () => {
  for (const { broken, moved } of found.routers) {
    expect([broken.sh.none, broken.mh.none]).toEqual(Array(2).fill({ lost: 0, back: 0 }));
    expect(broken.rr.none.lost).toBeCloseTo(0.8 * moved.lost.simulated, 1);
  }
});

test("all flows come back, but those of a resilient group, where others do", () => {
  const away = (name: string) =>
    found.routers.filter(({ router }) => router.startsWith(name)).map((router) => router.away);
  for (const name of ["hash-threshold", "rendezvous", "Maglev"]) {
    expect(new Set(away(name))).toEqual(new Set([0]));
  }
  const [busy3 = 0, forced3 = 0, busy10 = 0, forced10 = 0] = away("resilient");
  for (const share of [busy3, forced3]) {
    expect(share).toBeCloseTo(1 / 3, 1);
  }
  for (const share of [busy10, forced10]) {
    expect(share).toBeCloseTo(0.1, 1);
  }
});

test("with mh, a member that was added costs its share of what moves, one that was removed hardly anything", () => {
  expect(keptShare("mh", "removed", 5)).toBeCloseTo(0.994, 3);
  expect(keptShare("mh", "added", 5)).toBeCloseTo(5 / 6, 2);
  expect(keptShare("sh", "removed", 5)).toBeLessThan(0.25);
});

test("a director that knows a connection keeps it; one that was emptied schedules it anew", () => {
  const connections = connectionsOf(1000, 1);
  const choice = new Choice(connections);
  const [here, there] = [0, 1].map((d) => new Int32Array(connections.count).fill(d));
  const routes = [here ?? [], there ?? [], here ?? []].map((route) => Int32Array.from(route));
  const run = { scheduler: "rr", change: "none", members: 5, seed: 1 } as const;
  const [gone, back] = simulate(choice, routes, run);
  expect(gone).toMatchObject({ connections: 1000, moved: 1000 });
  expect(gone?.kept).toBeLessThan(300);
  // Those that were lucky are known where they were before.
  expect(back).toEqual({ connections: gone?.kept, moved: gone?.kept, kept: gone?.kept });
  const [, anew] = simulate(choice, routes, run, [[], [0]]);
  expect(anew?.kept).toBeLessThan((gone?.kept ?? 0) / 2);
});

test("`npm run scale` prints tables, or all of it as JSON, and refuses a single director", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "setup/bootstrap.mjs"), "scale", ...args], {
      cwd: root,
      encoding: "utf8",
    });
  const words = ["--directors", "3,10", "--connections", "5000", "--buckets", "1024"];
  const { stdout } = run(...words, "--seed", "7", "--json");
  expect(JSON.parse(stdout) as Results).toEqual(found);
  expect(run(...words, "--seed", "7").stdout.trim()).toBe(markdown(found).trim());
  expect(run("--directors", "3,1").stderr).toContain("One director of one cannot be lost.");
}, 60_000);
