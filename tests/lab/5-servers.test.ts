import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { Access, Answers } from "../../components";
import { configure, on, output, plan, Result, root, run, succeeds } from "./harness";
import { alternates, page2, verify } from "./traffic";

/*
 * examples/existing-servers as a second stack on the lab's two machines, which are there already: the
 * first as a director with an address of its own, the second with one more web server. The namespace's
 * server is a member that runs already.
 */

const folder = join(root, "examples/existing-servers");
const stack = "servers";
const file = join(folder, `Pulumi.${stack}.yaml`);
const service = "-t 10.10.10.120:8080";

let machines: Record<string, Access>;

beforeAll(async () => {
  configure();
  machines = await output<Record<string, Access>>("machines");
  // One may be left of a run that failed.
  await pulumi("stack", "rm", stack, "--yes", "--force");
  await succeeds(pulumi("stack", "init", stack));
  const key = readFileSync(login("machine1").identityFile ?? "", "utf8");
  const secret = ["config", "set", "--secret", "privateKey", "--cwd", folder, "--stack", stack];
  await succeeds(run("pulumi", secret, key));
});
afterAll(() => {
  rmSync(file, { force: true });
});

/** Pulumi on the example. */
function pulumi(...args: string[]): Promise<Result> {
  const stackOf = args[0] === "stack" ? [] : ["--stack", stack];
  return run("pulumi", [...args, ...stackOf, "--cwd", folder, "--non-interactive"]);
}

function login(machine: string): Access {
  const access = machines[machine];
  if (!access) {
    throw new Error(`no machine ${machine}`);
  }
  return access;
}

/** The example's settings: its secrets stay as they are. */
function settings(changes: Record<string, object>): void {
  const place = (machine: string, address: string) => {
    const { host, port, user, hostKey } = login(machine);
    return { host, port, user, hostKey, interface: "enp0s8", address };
  };
  const values = {
    director: { ...place("machine1", "10.10.10.1/24"), name: "lb1", ...changes.lb1 },
    webServers: [
      { ...place("machine2", "10.10.10.2/24"), name: "app1", page: "app1", ...changes.app1 },
    ],
    members: [{ name: "app2", address: "10.10.10.3", port: 80 }],
    ...{ vip: "10.10.10.120", port: 8080, scheduler: "rr", bastion: changes.bastion ?? {} },
  };
  const { config, ...rest } = parse(readFileSync(file, "utf8")) as { config: object };
  const entries = Object.entries(values).map(([key, v]) => [`existing-servers:${key}`, v]);
  writeFileSync(
    file,
    stringify({ ...rest, config: { ...config, ...(Object.fromEntries(entries) as object) } }),
  );
}

async function answers(): Promise<Answers | undefined> {
  const { stdout } = await succeeds(pulumi("stack", "output", "answers", "--json", "-s", stack));
  return (JSON.parse(stdout) as Record<string, Answers>).lb1;
}

/** The operations that a preview has, without those that do nothing. */
async function operations(): Promise<string[]> {
  const { stdout } = await succeeds(pulumi("preview", "--json"));
  const { changeSummary } = JSON.parse(stdout) as { changeSummary: object };
  return Object.keys(changeSummary).filter((operation) => operation !== "same");
}

const up = () => succeeds(pulumi("up", "--yes", "--skip-preview"));

test("existing servers are balanced with nothing but SSH, and a preview right after is empty", async () => {
  settings({});
  await up();
  expect((await answers())?.counts).toEqual({ app1: 3, [page2]: 3 });
  const table = await on("machine1", "ipvsadm -Sn");
  for (const member of ["-r 10.10.10.2:8080 -m -w 1", "-r 10.10.10.3:80 -m -w 1"]) {
    expect(table).toContain(`-a ${service} ${member}\n`);
  }
  expect(await operations()).toEqual([]);
});

test("what is changed by hand there is said, and repaired", async () => {
  await on("machine1", `ipvsadm -d ${service} -r 10.10.10.3:80`);
  const { all } = await succeeds(pulumi("preview"));
  expect(all).toContain("real server 10.10.10.3:80 is gone");
  await up();
  expect(await on("machine1", "ipvsadm -Sn")).toContain(`-a ${service} -r 10.10.10.3:80`);
});

/** Both machines on the lab's own network, which is reached through machine2. */
function throughMachine2(hostKey = login("machine2").hostKey): void {
  const { host, port, user } = login("machine2");
  settings({
    lb1: { host: "10.10.10.1", port: 22 },
    app1: { host: "10.10.10.2", port: 22 },
    bastion: { host, port, user, hostKey },
  });
}

test("the same through a bastion, which the lab's network is behind", async () => {
  throughMachine2();
  await up();
  expect((await answers())?.counts).toEqual({ app1: 3, [page2]: 3 });
  expect(await operations()).toEqual([]);
  await on("machine1", `ipvsadm -e ${service} -r 10.10.10.2:8080 -m -w 5`);
  const { all } = await succeeds(pulumi("preview"));
  expect(all).toContain("real server 10.10.10.2:8080 has weight 5, not 1");
  await up();
  expect(await operations()).toEqual([]);
});

test("a bastion with another host key is refused by the preview", async () => {
  throughMachine2(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFsbfXr3Aq3UuTqIoB4vDbYJ2S0LQe4sZ0F5p0Q5w1o9",
  );
  const { code, all } = await pulumi("preview");
  expect(code).not.toBe(0);
  expect(all).toMatch(
    /the bastion of (lb1|app1) \(127\.0\.0\.1:\d+\) is not the machine that it was/,
  );
  throughMachine2();
});

test("destroy takes back what the example made, through the bastion, and the lab is as it was", async () => {
  await succeeds(pulumi("destroy", "--yes", "--skip-preview"));
  const director = await on("machine1", "ipvsadm -Sn; ip -o -4 addr");
  expect(director).not.toContain("10.10.10.120");
  expect(await on("machine2", "ls /etc/systemd/system /var/lib/ipvs-lab/web")).not.toContain(
    "app1",
  );
  await succeeds(pulumi("stack", "rm", stack, "--yes"));
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  expect(await plan()).toEqual({});
});
