import { spawn } from "node:child_process";
import {
  configure,
  npm,
  on,
  plan,
  pulumi,
  root,
  stack,
  succeeds,
  up,
} from "../../support/lab/harness";
import { page1, page2 } from "../../support/lab/traffic";

const url = "http://10.10.10.101/";
const table = "ipvs_lab_tcp_10_10_10_101_80";

beforeAll(() => {
  configure();
});

/** Who answers at the redirected address, from each machine. */
async function redirected(): Promise<string[]> {
  const ask = `for i in 1 2 3; do curl -s --max-time 5 ${url}; done`;
  const answers = [await on("machine1", ask), await on("machine2", ask)];
  return answers.map((text) => [...new Set(text.trim().split("\n"))].join(", "));
}

/** All that a comparison changes. */
async function compared(): Promise<string> {
  const service = await on(
    "machine1",
    "ipvsadm -Sn; ipvsadm -Ln --thresholds | awk '{ print $1, $2, $3, $4 }'",
  );
  return service + (await on("machine2", "systemctl is-active ipvs-lab-backend-1"));
}

test("the redirected address leads to one backend, from the director and from the backend itself", async () => {
  expect(await redirected()).toEqual([page1, page1]);
});

test("a redirection that was changed by hand is named by the preview, and repaired", async () => {
  await on("machine1", `nft flush chain ip ${table} prerouting`);
  const { all } = await succeeds(pulumi("up", "--yes"));
  expect(all.split("Updating (")[0]).toContain(`the nftables table ip ${table} has been changed`);
  expect(await redirected()).toEqual([page1, page1]);
  expect(await plan()).toEqual({});
});

interface Outcome {
  answered: Record<string, number>;
  failed: Record<string, number>;
}
interface Compared {
  phases: { phase: string; balanced: Outcome; redirected: Outcome }[];
}

test("compare shows what a stopped backend costs with and without a balancer, and leaves the lab as it was", async () => {
  const before = await compared();
  const { stdout } = await succeeds(npm("compare", "--requests", "20", "--json"));
  const { phases } = JSON.parse(stdout) as Compared;
  const [both, one, other] = [
    { "BACKEND-1": 10, "BACKEND-2": 10 },
    { "BACKEND-1": 20 },
    { "BACKEND-2": 20 },
  ];
  expect(phases).toMatchObject([
    {
      phase: "all backends run",
      balanced: { answered: both, failed: {} },
      redirected: { answered: one, failed: {} },
    },
    {
      phase: "BACKEND-1 is stopped",
      balanced: { answered: { "BACKEND-2": 10 }, failed: { "BACKEND-1": 10 } },
      redirected: { answered: {}, failed: one },
    },
    {
      phase: "BACKEND-1 has weight 0",
      balanced: { answered: other, failed: {} },
      redirected: { answered: {}, failed: one },
    },
    {
      phase: "BACKEND-1 is back",
      balanced: { answered: both, failed: {} },
      redirected: { answered: one, failed: {} },
    },
  ]);
  expect(await compared()).toBe(before);
  expect(await plan()).toEqual({});
});

test("compare that is interrupted puts the backend and its weight back", async () => {
  const before = await compared();
  const args = ["run", "--silent", "compare", "--", "--stack", stack, "--from", "machine1"];
  const child = spawn("npm", args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let sent = false;
  child.stderr.on("data", (data: Buffer) => {
    said += data.toString();
    if (!sent && said.includes("BACKEND-1 has weight 0")) {
      sent = true;
      // As Ctrl-C in a terminal does: to all of them.
      process.kill(-(child.pid ?? 0), "SIGINT");
    }
  });
  await new Promise((resolve) => child.on("close", resolve));
  expect(sent).toBe(true);
  expect(said).toContain("putting back what was changed");
  expect(await compared()).toBe(before);
  expect(await redirected()).toEqual([page1, page1]);
});

test("another backend takes all in place; without the setting nothing is left of the redirection", async () => {
  configure({ redirect: { backend: "BACKEND-2" } });
  expect(await plan()).toMatchObject({ "redirect-tcp-10.10.10.101-80": "update" });
  await up();
  expect(await redirected()).toEqual([page2, page2]);
  configure({ redirect: undefined });
  await up();
  const left = await on("machine1", "nft list tables; ip -o -4 addr; ls /run/ipvs-lab");
  expect(left).not.toContain(table);
  expect(left).not.toContain("10.10.10.101");
  expect((await npm("compare")).stderr).toContain("has no static redirection");
  configure();
  await up();
  expect(await redirected()).toEqual([page1, page1]);
});
