import {
  checksumWays,
  combination,
  type Combination,
  marking,
  schedulers,
  ways,
  wayTitle,
} from "./combinations";
import { distributionChecks } from "./expectedDistribution";
import { Lab } from "./lab";
import { linesOf } from "./lines";

/** Every protocol in every way with every scheduler. */
const groups = (["tcp", "udp", "sctp", "mark"] as const).flatMap((kind) =>
  ways.map((way) => ({
    title: `${kind === "mark" ? "firewall mark" : kind} ${wayTitle(way)}`,
    all: schedulers.map((scheduler) => combination(kind, way, scheduler)),
  })),
);
const sums = (["tcp", "udp", "sctp"] as const).map((kind) => ({
  title: `${kind}, tunnels with checksums`,
  all: checksumWays.map((way) => combination(kind, way, "rr")),
}));

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.start(
    marking(groups.flatMap(({ all }) => all).filter((c) => c.service.firewallMark)),
  );
});
afterAll(() => lab.end());

describe.each([...groups, ...sums])("$title", ({ all }) => {
  // In every fifth group one is set by the program that components run; each scheduler in its turn.
  const turn = groups.findIndex((g) => g.all === all) / 5;
  const byProgram = all[turn % all.length];
  const rest = all.filter((c) => c !== byProgram);

  beforeAll(async () => {
    await lab.set(rest);
    if (byProgram) {
      await lab.apply(byProgram);
    }
  });
  afterAll(() => lab.clear());
  afterEach(() => lab.release());

  test("the kernel has every line as it was written", async () => {
    expect((await lab.table()).sort()).toEqual(linesOfAll(all).sort());
  });

  test.each(all.map((c) => [c.title, c] as const))("%s", async (_, c) => {
    await distributionChecks[c.scheduler](lab, c);
  });

  if (byProgram) {
    test("the program removes its own service and no other", async () => {
      await lab.apply(byProgram, "remove");
      const ours = new Set(
        linesOf(byProgram.service).map((line) => line.split(" ").slice(1, 3).join(" ")),
      );
      const left = (await lab.table()).map((line) => line.split(" ").slice(1, 3).join(" "));
      expect(left.filter((key) => ours.has(key))).toEqual([]);
      expect(left).toHaveLength(linesOfAll(rest).length);
    });
  }
});

function linesOfAll(combinations: Combination[]): string[] {
  return combinations.flatMap(({ service }) => linesOf(service));
}
