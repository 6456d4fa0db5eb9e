import type { FailoverResult } from "../../../cli/failover/result.js" with {
  "resolution-mode": "import",
};
import { configure, npm, on, output, plan, succeeds, tryOn } from "../../support/lab/harness";
import { guideOf, leftOfShape, type } from "../../support/lab/shapes";

/* The guide's chapter "When the director dies", typed as it stands, and more of the lab that it makes. */

/** Seconds. `advertInterval` of the vip by default. */
const heartbeat = 0.5;
const tries = 10;

const vip = "10.10.10.100";
const { chapter, end } = guideOf("pair");

beforeAll(() => {
  configure({}, "pair");
});

test.each(chapter)("$commands", async (block) => {
  expect(await type(block)).toMatchObject({ missing: [] });
});

test("the lab is as declared after it, and a preview shows nothing", async () => {
  expect(await plan()).toEqual({});
});

test("in each of many failovers all downloads survive, silence is short, and one director alone has the address", async () => {
  const all: FailoverResult[] = [];
  for (let i = 0; i < tries; i++) {
    const { stdout } = await succeeds(npm("failover", "--json"));
    all.push(JSON.parse(stdout) as FailoverResult);
  }
  console.log(
    all
      .map(({ from, moved, silence, lost, both }) =>
        [from, moved.toFixed(2), silence.toFixed(2), lost, both?.toFixed(2)].join(" "),
      )
      .join("\n"),
  );
  for (const [i, one] of all.entries()) {
    const next = all[i + 1];
    expect(one).toMatchObject({ downloads: 4, whole: 4, client: "machine4" });
    expect(one.silence).toBeLessThan(3);
    expect(one.both).toBeLessThanOrEqual(heartbeat);
    // The one that lost it stands by afterwards.
    expect(next?.from ?? one.to).toBe(one.to);
  }
}, 900_000);

test("a cable that is out is seen by the machine, and the lab goes on without it", async () => {
  const carrier = "cat /sys/class/net/enp0s8/carrier";
  const { stdout } = await succeeds(npm("cable", "machine1", "pull"));
  expect(stdout).toContain("machine1's cable is out.");
  expect((await on("machine1", carrier)).trim()).toBe("0");
  const asked = await on("machine4", `sleep 3; curl -sS --max-time 5 http://${vip}/`);
  expect(asked).toContain("Réponse du serveur");
  await succeeds(npm("cable", "machine1", "plug"));
  expect((await on("machine1", carrier)).trim()).toBe("1");
  expect((await npm("cable", "machine9", "pull")).all).toContain(
    'no machine "machine9" in stack test; there are machine1, machine2, machine3, machine4',
  );
  expect((await npm("cable", "machine1", "cut")).all).toContain("pull, plug");
});

test("the outputs name the directors that take over", async () => {
  expect(await output("balanced")).toMatchObject({
    director: "machine1",
    moreDirectors: ["machine2"],
  });
  const daemons = await Promise.all(
    ["machine1", "machine2"].map(
      async (name) => (await tryOn(name, "ipvsadm -Ln --daemon")).stdout,
    ),
  );
  expect(daemons[0]).toContain("sync daemon (mcast=enp0s8");
  expect(daemons[1]).toBe(daemons[0]);
});

test("destroyed, nothing of it is left on this computer", async () => {
  await type(end);
  expect(await leftOfShape()).toEqual([]);
}, 300_000);
