import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  configure,
  on,
  operationsOf,
  plan,
  Result,
  root,
  run,
  succeeds,
} from "../../support/lab/harness";
import { page1, page2 } from "../../support/lab/traffic";

const folder = join(root, "tests/lab/programs/table");
const vip = "10.10.10.120";

function table(...args: string[]): Promise<Result> {
  return run("pulumi", [...args, "--cwd", folder, "--stack", "table", "--non-interactive"]);
}

interface Row {
  address: string;
  port: number;
  scheduler: string;
  realServer: string;
  realServerPort: number;
  weight: number;
}

/** The one that answers: the lab's two web servers, behind an address and a port of the table's own. */
const answering: Row[] = ["10.10.10.2", "10.10.10.3"].map((realServer) => ({
  ...{ address: vip, port: 8120, scheduler: "rr", realServer, realServerPort: 80, weight: 1 },
}));

function others(services: number, members: number): Row[] {
  return Array.from({ length: services }, (_, i) =>
    Array.from({ length: members }, (__, j) => ({
      ...{
        address: `192.0.2.${(i % 250) + 1}`,
        port: 9000 + Math.floor(i / 250),
        scheduler: "wlc",
      },
      ...{ realServer: `198.51.100.${j + 1}`, realServerPort: 80, weight: 1 },
    })),
  ).flat();
}

function write(rows: Row[]): void {
  const columns = "address,port,scheduler,realServer,realServerPort,weight";
  const lines = rows.map((r) =>
    [r.address, r.port, r.scheduler, r.realServer, r.realServerPort, r.weight].join(","),
  );
  writeFileSync(join(folder, "services.csv"), `${[columns, ...lines].join("\n")}\n`);
}

const small = [...answering, ...others(2, 3)];
const foreign = "-A -t 192.0.2.250:7777 -s lc\n-a -t 192.0.2.250:7777 -r 198.51.100.250:80 -m -w 7";

/** The kernel's table, sorted. */
async function kernel(): Promise<string> {
  return on("machine1", "ipvsadm -Sn | sort");
}

/** Who answers machine1 through the table, one request after the other. */
async function answers(): Promise<string[]> {
  const ask = `for i in 1 2 3 4; do curl -sS --max-time 10 http://${vip}:8120/ | head -n 1; done`;
  return (await on("machine1", ask)).trim().split("\n");
}

const operations = () => operationsOf(table("preview", "--json"));

/** What ipvsadm was given, which Pulumi shows as it comes and once more at the end. */
function sent(all: string): string[] {
  return [...new Set(all.match(/\+ ipvsadm.*/g))];
}

const up = () => succeeds(table("up", "--yes", "--skip-preview"));

let before = "";

beforeAll(async () => {
  configure();
  // Somebody's own, which stays all the time.
  await on("machine1", `printf '%s\\n' '${foreign.replace("\n", "' '")}' | ipvsadm -R`);
  before = await kernel();
  await run("pulumi", ["stack", "init", "table", "--cwd", folder]);
});

afterAll(() => {
  rmSync(join(folder, "services.csv"), { force: true });
});

test("services from a file are there, one answers through its address, and the next preview is empty", async () => {
  write(small);
  await up();
  const order = await answers();
  expect([...order].sort()).toEqual([page1, page1, page2, page2]);
  expect(order[0]).toBe(order[2]);
  expect((await kernel()).split("\n").filter((line) => line.includes("192.0.2.1:9000"))).toEqual([
    "-A -t 192.0.2.1:9000 -s wlc",
    "-a -t 192.0.2.1:9000 -r 198.51.100.1:80 -m -w 1",
    "-a -t 192.0.2.1:9000 -r 198.51.100.2:80 -m -w 1",
    "-a -t 192.0.2.1:9000 -r 198.51.100.3:80 -m -w 1",
  ]);
  expect(await operations()).toEqual([]);
  expect(await plan()).toEqual({});
});

test("a changed weight is one line of the preview's diff, and only that is sent", async () => {
  write(small.map((row, i) => (i === 3 ? { ...row, weight: 5 } : row)));
  const { stdout } = await succeeds(table("preview", "--diff"));
  const changed = stdout.split("\n").filter((line) => /^\s*[-+]\s*-[Aa] /.test(line));
  expect(changed.map((line) => line.trim().replace(/^([-+])\s*/, "$1 "))).toEqual([
    "- -a -t 192.0.2.1:9000 -r 198.51.100.2:80 -m -w 1",
    "+ -a -t 192.0.2.1:9000 -r 198.51.100.2:80 -m -w 5",
  ]);
  const { all } = await up();
  expect(sent(all)).toEqual(["+ ipvsadm -e -t 192.0.2.1:9000 -r 198.51.100.2:80 -m -w 5"]);
  write(small);
  await up();
});

test("what somebody changes by hand is named by the preview, and up puts it back", async () => {
  const good = await kernel();
  await on(
    "machine1",
    `set -e
     ipvsadm -E -t ${vip}:8120 -s lc
     ipvsadm -e -t 192.0.2.1:9000 -r 198.51.100.1:80 -m -w 9
     ipvsadm -d -t 192.0.2.1:9000 -r 198.51.100.2:80
     ipvsadm -D -t 192.0.2.2:9000`,
  );
  const { all } = await succeeds(table("preview"));
  for (const said of [
    `virtual service -t ${vip}:8120 has scheduler lc, not rr`,
    "real server 198.51.100.1:80 of -t 192.0.2.1:9000 has weight 9, not 1",
    "real server 198.51.100.2:80 of -t 192.0.2.1:9000 is gone",
    "virtual service -t 192.0.2.2:9000 is gone",
  ]) {
    expect(all).toContain(said);
  }
  await up();
  expect(await kernel()).toBe(good);
  expect(await operations()).toEqual([]);
});

test("a service that somebody else made is refused by the preview, and stays as it is", async () => {
  const row = { ...answering[0], address: "192.0.2.250", port: 7777 } as Row;
  write([...small, row]);
  const { code, all } = await table("preview");
  expect(code).not.toBe(0);
  expect(all).toContain(
    "virtual service -t 192.0.2.250:7777 exists already and was not made by ipvs-lab",
  );
  expect(await kernel()).toContain(foreign.split("\n")[1] ?? "");
});

test("a mistake in the file is named by its line, and nothing is touched", async () => {
  write([...small, { ...answering[0], address: "192.0.2.9", weight: 70000 } as Row]);
  const { code, all } = await table("preview");
  expect(code).not.toBe(0);
  expect(all).toContain(
    "services.csv line 10: weight: 70000 is not a whole number from 0 to 65535",
  );
});

test("3,000 members come up, a weight among them changes alone, and they leave again", async () => {
  const many = [...answering, ...others(300, 10)];
  write(many);
  await up();
  const count = async () =>
    Number(await on("machine1", "ipvsadm -Sn | grep -c -- '-a -t 192.0.2.*:900[01] '"));
  expect(await count()).toBe(3000);
  expect(await operations()).toEqual([]);
  write(many.map((row, i) => (i === 1500 ? { ...row, weight: 5 } : row)));
  const { all } = await up();
  expect(sent(all)).toHaveLength(1);
  write(small);
  await up();
  expect(await count()).toBe(6);
  expect(await answers()).toHaveLength(4);
});

test("destroyed, all is as it was before, the foreign service included", async () => {
  await succeeds(table("destroy", "--yes", "--skip-preview"));
  expect(await kernel()).toBe(before);
  expect(await on("machine1", "ls /run/ipvs-lab/servicetable 2>/dev/null || true")).toBe("");
  await on("machine1", "ipvsadm -D -t 192.0.2.250:7777");
  expect(await plan()).toEqual({});
  await run("pulumi", ["stack", "rm", "table", "--yes", "--cwd", folder]);
});
