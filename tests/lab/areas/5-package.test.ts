import { join } from "node:path";
import {
  configure,
  forgetStack,
  on,
  operationsOf,
  plan,
  Result,
  root,
  run,
  succeeds,
} from "../../support/lab/harness";
import { page2 } from "../../support/lab/traffic";

/* The package for all languages: Pulumi's component host makes a load balancer on the lab's machines. */

const folder = join(root, "tests/lab/programs/package");
const service = "-t 10.10.10.140:8080";

function pulumi(...args: string[]): Promise<Result> {
  return run("pulumi", [...args, "--cwd", folder, "--stack", "package", "--non-interactive"]);
}

const operations = () => operationsOf(pulumi("preview", "--json"));

beforeAll(async () => {
  configure();
  await forgetStack(folder, "package");
  await succeeds(run("pulumi", ["stack", "init", "package", "--cwd", folder]));
});

test("a load balancer of the package shares requests out, and a preview right after is empty", async () => {
  await succeeds(pulumi("up", "--yes", "--skip-preview"));
  const { stdout } = await succeeds(pulumi("stack", "output", "url"));
  const ask = `for i in 1 2 3 4; do curl -sS --max-time 10 ${stdout.trim()}; done`;
  const order = (await on("machine1", ask)).trim().split("\n");
  expect(order.slice().sort()).toEqual([page2, page2, "app1", "app1"]);
  expect(order[0]).toBe(order[2]);
  expect(await operations()).toEqual([]);
});

test("what is changed by hand is said by the preview, and repaired", async () => {
  await on("machine1", `ipvsadm -e ${service} -r 10.10.10.3:80 -m -w 5`);
  const { all } = await succeeds(pulumi("preview"));
  expect(all).toContain("real server 10.10.10.3:80 has weight 5, not 1");
  await succeeds(pulumi("up", "--yes", "--skip-preview"));
  expect(await on("machine1", "ipvsadm -Sn")).toContain(`-a ${service} -r 10.10.10.3:80 -m -w 1`);
  expect(await operations()).toEqual([]);
});

test("destroyed, nothing of it is left, and the lab is as it was", async () => {
  await succeeds(pulumi("destroy", "--yes", "--skip-preview"));
  expect(await on("machine1", "ipvsadm -Sn; ip -o addr")).not.toMatch(/8080|10\.10\.10\.140/);
  expect(await on("machine2", "ls /etc/systemd/system")).not.toContain("web-app1");
  expect(await plan()).toEqual({});
  await run("pulumi", ["stack", "rm", "package", "--yes", "--cwd", folder]);
});
