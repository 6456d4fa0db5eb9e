import {
  configure,
  npm,
  on,
  plan,
  pulumi,
  succeeds,
  tryOn,
  up,
  vagrant,
} from "../../support/lab/harness";
import { alternates, verify } from "../../support/lab/traffic";

// Faults of whole machines; see 7-faults.

beforeAll(() => {
  configure();
});

async function converges(): Promise<void> {
  await succeeds(npm("up", "--skip-preview"));
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  expect(await plan()).toEqual({});
}

test("a backend machine that was powered off is seen by the preview; another vagrant that holds its lock is waited for", async () => {
  await succeeds(vagrant("halt", "machine2"));
  const { stdout } = await succeeds(pulumi("preview"));
  expect(stdout).toContain("the machine is halted; pulumi up starts it");
  const other = vagrant("up", "machine2");
  await succeeds(pulumi("up", "--yes", "--skip-preview"));
  await other;
  await converges();
});

test("a machine that was destroyed behind our back is made anew", async () => {
  await succeeds(vagrant("destroy", "--force", "machine2"));
  expect(await plan()).toMatchObject({ machine2: "replace" });
  await converges();
});

test("a machine that somebody rebuilt is refused until a refresh accepts it", async () => {
  await succeeds(vagrant("destroy", "--force", "machine2"));
  await succeeds(vagrant("up", "machine2"));
  const { code, all } = await pulumi("preview");
  expect(code).not.toBe(0);
  expect(all).toMatch(/machine2 \(127\.0\.0\.1:\d+\) is not the machine that it was/);
  await succeeds(pulumi("refresh", "--yes"));
  await converges();
});

test("a director that reboots loses all, and up puts it back; a kernel that refuses ip_vs is said", async () => {
  await on("machine1", "echo 'install ip_vs /bin/false' >/etc/modprobe.d/refuse.conf; sync");
  await tryOn("machine1", "echo b >/proc/sysrq-trigger");
  while ((await tryOn("machine1", "true")).code !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { stdout } = await succeeds(pulumi("preview"));
  expect(stdout).toContain("machine1 has rebooted");
  expect(stdout).toContain("address 10.10.10.100/24 is gone from enp0s8");
  expect(stdout).toContain("network namespace ns-backend2 is gone");
  expect(stdout).toContain("virtual service -t 10.10.10.100:80 is gone");
  const { code, all } = await pulumi("up", "--yes", "--skip-preview");
  expect(code).not.toBe(0);
  expect(all).toContain("the kernel of machine1 refuses the module ip_vs");
  // What the failed update did not get to is still named.
  expect((await succeeds(pulumi("preview"))).stdout).toContain(
    "virtual service -t 10.10.10.100:80 is gone",
  );
  await on("machine1", "rm /etc/modprobe.d/refuse.conf");
  await up();
  await converges();
});
