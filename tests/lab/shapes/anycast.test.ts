import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailoverResult } from "../../../cli/failover/result.js" with {
  "resolution-mode": "import",
};
import type { Answers } from "../../../components";
import type { Numbers } from "../../../report/numbers";
import { npm, on, output, plan, succeeds, tryOn, up } from "../../support/lab/harness";
import { endShape, leftOfShape, startShape } from "../../support/lab/shapes";

/** Two directors at work at once behind a router, which is the client as well. */

const vip = "10.10.20.100";
const directors = ["machine1", "machine2"];
/** Seconds until BFD has found a dead director and the router has left it out, also where machines are emulated. */
const longest = 4;

interface Proven {
  clients: Record<string, Answers>;
  carried: Record<string, { connections: number; packets: number }>;
}

let printed = "";
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-report-"));
  printed = await startShape("anycast");
}, 900_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function nextHops(): Promise<string> {
  return on("machine4", `ip route show ${vip} | grep -o 'via [0-9.]*' | sort | tr '\\n' ' '`);
}

test("start ends with who answered, what each director carried, and a director's failure", () => {
  console.log(printed.slice(printed.indexOf("machine1 carried")));
  expect(printed).toMatch(/^machine4 .*BACKEND-1 .*BACKEND-2/m);
  for (const name of directors) {
    expect(printed).toMatch(new RegExp(`^${name} carried [1-9]\\d* connections`, "m"));
  }
  expect(printed).toMatch(/'s cable was pulled; machine4, the router, sent everything to machine/);
  expect(printed).toMatch(/^4 of 4 downloads that were under way came whole\.$/m);
});

test("the router has both directors as next hops, and a preview shows nothing", async () => {
  expect(await nextHops()).toBe("via 10.10.10.1 via 10.10.10.2 ");
  expect(await output("balanced")).toMatchObject({
    ...{ director: "machine1", moreDirectors: ["machine2"], url: `http://${vip}:80/` },
    router: {
      machine: "machine4",
      directors: { machine1: "10.10.10.1", machine2: "10.10.10.2" },
    },
  });
  expect(await plan()).toEqual({});
});

test("verify counts on each director what it carried: together all that was asked", async () => {
  const { stdout } = await succeeds(npm("verify", "--requests", "40", "--json"));
  const { clients, carried } = JSON.parse(stdout) as Proven;
  expect(Object.keys(clients.machine4?.counts ?? {}).sort()).toEqual([
    ...["Réponse du serveur BACKEND-1", "Réponse du serveur BACKEND-2"],
  ]);
  const counts = directors.map((name) => carried[name]?.connections ?? 0);
  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(40);
});

test("a report measures failovers: the router, what was lost, what each director carried", async () => {
  const { stdout } = await succeeds(
    npm("report", "--only", "failover", "--failovers", "3", "--out", folder),
  );
  console.log(stdout);
  expect(readdirSync(folder).sort()).toEqual([
    ...["carried.csv", "failover.csv", "numbers.json", "report.html"],
  ]);
  const { failover } = JSON.parse(readFileSync(join(folder, "numbers.json"), "utf8")) as Numbers;
  expect(failover).toMatchObject({ client: "machine4", router: "machine4" });
  expect(failover?.tries).toHaveLength(3);
  for (const one of failover?.tries ?? []) {
    expect(one.moved).toBeLessThan(longest);
    expect(one.disturbed).toBeLessThan(longest);
    expect([one.kept, one.downloads]).toEqual([4, 4]);
    expect(one.back).toBeGreaterThan(0);
    const pulled = one.carried?.find(({ director }) => director === one.from);
    const left = one.carried?.find(({ director }) => director === one.to);
    expect(pulled?.before.packets).toBeGreaterThan(0);
    expect(left?.out.connections).toBeGreaterThan(pulled?.out.connections ?? Infinity);
    expect(pulled?.back.connections).toBeGreaterThan(0);
  }
  expect(stdout).toContain("What each director carried, by its own counters");
}, 300_000);

test("failover says the same as JSON", async () => {
  const { stdout } = await succeeds(npm("failover", "--json"));
  const result = JSON.parse(stdout) as FailoverResult;
  expect(result).toMatchObject({ client: "machine4", downloads: 4, whole: 4 });
  expect(result.active?.router).toBe("machine4");
  expect(result.moved).toBeLessThan(longest);
});

test("a page is refused, because it would show one director's table as if it were all", async () => {
  const { code, all } = await npm("watch", "--json");
  expect(code).toBe(1);
  expect(all).toContain("several directors are at work at once");
});

test("a router that somebody has stopped is named by the preview, and up starts it again", async () => {
  await on(
    "machine4",
    "systemctl stop 'router-*'; sysctl -qw net.ipv4.fib_multipath_hash_policy=0",
  );
  expect(await nextHops()).toBe("");
  const { all } = await succeeds(npm("preview"));
  for (const difference of [
    /router-\S+\.service is inactive/,
    /net\.ipv4\.fib_multipath_hash_policy is 0/,
    "10.10.20.100/32 is not routed to 10.10.10.1, 10.10.10.2",
  ]) {
    expect(all).toMatch(difference);
  }
  await up();
  expect(await plan()).toEqual({});
  await on(
    "machine4",
    `for i in $(seq 60); do ip route show ${vip} | grep -q nexthop && break; sleep 0.5; done`,
  );
  expect(await nextHops()).toBe("via 10.10.10.1 via 10.10.10.2 ");
});

test("destroyed, nothing of it is left", async () => {
  await succeeds(npm("destroy", "--keep-machines"));
  const left = await on(
    "machine4",
    `ip route show ${vip}; ls /etc/bird/ipvs-lab.d /run/router-* 2>/dev/null; systemctl list-units --plain --no-legend 'router-*'
     cat /proc/sys/net/ipv4/fib_multipath_hash_policy`,
  );
  expect(left).toBe("0\n");
  expect(
    (await tryOn("machine1", `ip address show dev lo | grep ${vip}; ipvsadm -Sn`)).stdout,
  ).toBe("");
  await endShape();
  expect(await leftOfShape()).toEqual([]);
}, 300_000);
