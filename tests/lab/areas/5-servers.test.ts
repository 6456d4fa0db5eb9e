import { Answers } from "../../../components";
import { Example } from "../../support/lab/exampleStack";
import { configure, on, plan, succeeds } from "../../support/lab/harness";
import { alternates, page2, verify } from "../../support/lab/traffic";

/*
 * examples/existing-servers as a second stack on the lab's two machines: the first as a director with an
 * address of its own, the second with one more web server. The namespace's server is a member that runs
 * already.
 */

const example = new Example("existing-servers");
const service = "-t 10.10.10.120:8080";

beforeAll(async () => {
  configure();
  await example.begin();
});
afterAll(() => {
  example.forget();
});

/** Both machines, and how they are reached. */
function settings(changes: Record<string, object> = {}): void {
  const director = { ...example.server("machine1", "10.10.10.1/24"), name: "lb1", ...changes.lb1 };
  const app1 = { ...example.server("machine2", "10.10.10.2/24"), name: "app1", page: "app1" };
  example.settings({
    director,
    webServers: [{ ...app1, ...changes.app1 }],
    members: [{ name: "app2", address: "10.10.10.3", port: 80 }],
    ...{ vip: "10.10.10.120", port: 8080, scheduler: "rr", bastion: changes.bastion ?? {} },
  });
}

async function answers(): Promise<Answers | undefined> {
  return (await example.output<Record<string, Answers>>("answers")).lb1;
}

test("existing servers are balanced with nothing but SSH, and a preview right after is empty", async () => {
  settings();
  await example.up();
  expect((await answers())?.counts).toEqual({ app1: 3, [page2]: 3 });
  const table = await on("machine1", "ipvsadm -Sn");
  for (const member of ["-r 10.10.10.2:8080 -m -w 1", "-r 10.10.10.3:80 -m -w 1"]) {
    expect(table).toContain(`-a ${service} ${member}\n`);
  }
  expect(await example.operations()).toEqual([]);
});

test("what is changed by hand there is said, and repaired", async () => {
  await on("machine1", `ipvsadm -d ${service} -r 10.10.10.3:80`);
  const { all } = await succeeds(example.pulumi("preview"));
  expect(all).toContain("real server 10.10.10.3:80 is gone");
  await example.up();
  expect(await on("machine1", "ipvsadm -Sn")).toContain(`-a ${service} -r 10.10.10.3:80`);
});

/** Both machines on the lab's own network, which is reached through machine2. */
function throughMachine2(hostKey = example.login("machine2").hostKey): void {
  const { host, port, user } = example.login("machine2");
  settings({
    lb1: { host: "10.10.10.1", port: 22 },
    app1: { host: "10.10.10.2", port: 22 },
    bastion: { host, port, user, hostKey },
  });
}

test("the same through a bastion, which the lab's network is behind", async () => {
  throughMachine2();
  await example.up();
  expect((await answers())?.counts).toEqual({ app1: 3, [page2]: 3 });
  expect(await example.operations()).toEqual([]);
  await on("machine1", `ipvsadm -e ${service} -r 10.10.10.2:8080 -m -w 5`);
  const { all } = await succeeds(example.pulumi("preview"));
  expect(all).toContain("real server 10.10.10.2:8080 has weight 5, not 1");
  await example.up();
  expect(await example.operations()).toEqual([]);
});

test("a bastion with another host key is refused by the preview", async () => {
  throughMachine2(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFsbfXr3Aq3UuTqIoB4vDbYJ2S0LQe4sZ0F5p0Q5w1o9",
  );
  const { code, all } = await example.pulumi("preview");
  expect(code).not.toBe(0);
  expect(all).toMatch(
    /the bastion of (lb1|app1) \(127\.0\.0\.1:\d+\) is not the machine that it was/,
  );
  throughMachine2();
});

test("destroy takes back what the example made, through the bastion, and the lab is as it was", async () => {
  await example.destroy();
  const director = await on("machine1", "ipvsadm -Sn; ip -o -4 addr");
  expect(director).not.toContain("10.10.10.120");
  expect(await on("machine2", "ls /etc/systemd/system /var/lib/ipvs-lab/web")).not.toContain(
    "app1",
  );
  await example.end();
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  expect(await plan()).toEqual({});
});
