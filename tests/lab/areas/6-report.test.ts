import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Numbers } from "../../../report/numbers";
import { configure, npm, on, plan, root, run, stack, succeeds } from "../../support/lab/harness";

let folder: string;

beforeAll(() => {
  configure();
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-report-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** All on the director that a measurement could leave behind; and on machine2 what a comparison stops. */
async function state(): Promise<string> {
  const director = await on(
    "machine1",
    `ipvsadm -Sn; ipvsadm -Ln --thresholds | awk '{ print $1, $2, $3, $4 }'
     lsns --noheadings --raw --output TYPE,COMMAND | sort; ip netns; ip -o link show; ip -o addr; ip route
     nft list tables; findmnt --noheadings --raw --output TARGET; ls -R /run/ipvs-lab /tmp
     pgrep -a 'python3|apache2|nginx|curl|unshare' | cut -d' ' -f2- | sort
     sysctl net.ipv4.ip_forward net.ipv4.conf.all.rp_filter`,
  );
  const backend = await on("machine2", "systemctl is-active ipvs-lab-backend-1");
  // Neither the lifetimes of addresses nor the order of interfaces is ours; modules stay, with theirs.
  return `${director}${backend}`.replace(/^\d+: |valid_lft .*$/gm, "").replace(/^tunl0.*\n/gm, "");
}

/** The state once what was ended has had time to end. */
async function settled(wanted: string): Promise<string> {
  for (let i = 0; i < 20; i++) {
    if ((await state()) === wanted) {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return state();
}

test("a report has who got what, how long it took and what a failure costs, and the lab stays as it was", async () => {
  const before = await state();
  const { stdout, stderr } = await succeeds(
    npm(
      "report",
      ...["--out", folder, "--requests", "60", "--rate", "60", "--schedulers", "wrr,sh,ovf,twos"],
    ),
  );
  expect(readdirSync(folder).sort()).toEqual([
    ...["comparison.csv", "director.csv", "distribution.csv", "latency.csv"],
    ...["numbers.json", "report.html"],
  ]);
  const file = (name: string) => readFileSync(join(folder, name), "utf8");
  const { distribution, latency, comparison } = JSON.parse(file("numbers.json")) as Numbers;
  const got = (of: string) =>
    distribution?.schedulers
      .find(({ scheduler }) => scheduler === of)
      ?.members.map((member) => member.got);
  expect([got("wrr"), got("ovf")]).toEqual([
    [30, 20, 10],
    [31, 21, 8],
  ]);
  // Not every distribution builds its kernel with this one.
  const hasTwos = (await on("machine1", "modinfo -F filename ip_vs_twos || true")) !== "";
  const twos = { scheduler: "twos", isAsExpected: expect.any(Boolean) as boolean };
  expect(distribution).toMatchObject({
    schedulers: [
      { scheduler: "wrr", isAsExpected: true },
      { scheduler: "sh", isAsExpected: true, stayed: { of: 60, same: 60 } },
      { scheduler: "ovf", isAsExpected: true },
      ...(hasTwos ? [twos] : []),
    ],
    missing: hasTwos ? [] : ["twos"],
  });
  expect(latency?.map(({ way, failed, turns }) => [way, failed, turns.flat().length])).toEqual(
    ["direct", "masquerade", "gate", "ipip", "redirect"].map((way) => [way, 0, 60]),
  );
  const answersPass = latency?.map(({ director }) => director && director.total.packetsOut > 0);
  expect(answersPass).toEqual([undefined, true, false, false, undefined]);
  expect(comparison?.phases.map(({ balanced }) => balanced.failed)).toEqual([
    ...[{}, { "BACKEND-1": 30 }, {}, {}],
  ]);
  expect(file("report.html").match(/<svg/g)).toHaveLength(5);
  expect(file("distribution.csv")).toContain("wrr,member1,3,30,30,exactly,,yes\r\n");
  expect(stdout).toContain("✓ wrr");
  expect(stdout).toContain(join(folder, "report.html"));
  expect(stderr).toContain("• distribution: wrr …");
  expect(stderr).toContain(`• no failover: stack ${stack} has one director`);
  expect(await settled(before)).toBe(before);
  expect(await plan()).toEqual({});
});

/** Starts a report, and ends it when it says these words; what it said, and with which status it ended. */
async function interrupted(
  signal: "SIGTERM" | "SIGKILL",
  words: string,
): Promise<[string, unknown]> {
  const args = ["run", "--silent", "report", "--", "--stack", stack, "--out", join(folder, "none")];
  const child = spawn("npm", [...args, "--requests", "600", "--only", "latency,distribution"], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  let isSent = false;
  child.stderr.on("data", (data: Buffer) => {
    said += data.toString();
    if (!isSent && said.includes(words)) {
      isSent = true;
      process.kill(-(child.pid ?? 0), signal);
    }
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  return [said, status];
}

test.each(["SIGTERM", "SIGKILL"] as const)(
  "a report that %s ends while requests are made leaves nothing",
  async (signal) => {
    const before = await state();
    const [said, status] = await interrupted(signal, "latency, turn 1");
    expect(said).toContain("latency, turn 1 of");
    expect(said).not.toContain("latency, turn 2");
    expect(status).not.toBe(0);
    expect(await settled(before)).toBe(before);
    expect(readdirSync(folder)).not.toContain("none");
  },
);

test("a lab that is not up, and what cannot be measured, are said in a sentence", async () => {
  const without = await run("npm", ["run", "--silent", "report", "--", "--stack", "nobody"]);
  expect(without.stderr).toContain("stack nobody is not up: run `npm start -- --stack nobody`");
  expect((await npm("report", "--only", "failover")).stderr).toContain(
    "`npm start -- --shape pair` makes a lab with two",
  );
  expect((await npm("report", "--requests", "50")).stderr).toContain("a multiple of 6");
  expect((await npm("report", "--schedulers", "rr,best")).stderr).toContain(
    '"best" is none of rr,',
  );
});
