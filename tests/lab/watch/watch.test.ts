import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configure, on, plan, root, stack, tryOn } from "../../support/lab/harness";
import { ask } from "../../support/lab/httpRequest";
import { stoppedAt, twoSamples } from "../../support/lab/stopTime";
import { Watching } from "../../support/lab/watchServer";

/** The page's server on a real lab: what it tells is compared with what the machines say themselves. */

let watching: Watching;
const file = join(root, `Pulumi.${stack}.yaml`);
const load = { client: "machine2", rate: 20, concurrency: 1, redirected: false };

beforeAll(async () => {
  configure();
  watching = await Watching.start();
});
afterAll(async () => {
  await watching.stop();
});

/** How often each name is among some. */
function counted(names: string[]): Record<string, number> {
  const of = (one: string) => names.filter((name) => name === one).length;
  return Object.fromEntries([...new Set(names)].map((name) => [name, of(name)]));
}

/** What runs on the machines for the page. */
async function programs(): Promise<string[]> {
  const found = ["machine1", "machine2"].map(async (machine) => {
    const { stdout } = await tryOn(machine, "pgrep -fa 'python3 -c' | grep -v pgrep | cut -c1-60");
    return stdout.split("\n").filter((line) => line !== "");
  });
  return (await Promise.all(found)).flat();
}

/** Waits until nothing runs there, as long as it takes for connections to be seen to have ended. */
async function nothingLeft(): Promise<void> {
  for (let tries = 0; tries < 30 && (await programs()).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  expect(await programs()).toEqual([]);
}

test("the topology is the lab's", () => {
  expect(watching.topology).toMatchObject({
    stack,
    director: "machine1",
    clients: ["machine1", "machine2"],
    service: { url: "http://10.10.10.100:80/", protocol: "tcp", scheduler: "rr" },
    members: [
      { name: "BACKEND-1", address: "10.10.10.2", port: 80, machine: "machine2" },
      { name: "BACKEND-2", address: "10.10.10.3", machine: "machine1", namespace: "ns-backend2" },
    ],
    redirect: { url: "http://10.10.10.101:80/", member: 0 },
  });
  const settings = watching.topology.settings.map(({ path, value }) => [path, value]);
  expect(settings).toContainEqual(["scheduler", "rr"]);
  expect(settings).toContainEqual(["backend1.weight", 1]);
  expect(settings).toContainEqual(["backend2.running", true]);
});

test("without the token there is nothing to see, nor to do", async () => {
  expect((await ask(`${watching.origin}/events`)).status).toBe(403);
  const headers = { origin: watching.origin, "content-type": "application/json" };
  const stop = await ask(`${watching.origin}/load/stop`, "POST", "{}", headers);
  expect(stop.status).toBe(403);
});

test("a sample is the kernel's table, and costs little", async () => {
  await watching.sample();
  const sample = await watching.sample(({ members }) => members.every((m) => m.state === "up"));
  const table = await on("machine1", "ipvsadm -Sn");
  expect(table).toContain(`-A -t 10.10.10.100:80 -s ${sample.scheduler}\n`);
  expect(sample.members.map(({ weight }) => weight)).toEqual([1, 1]);
});

test("answers come in their true order: round robin alternates strictly", async () => {
  await watching.order("/load", load);
  const names = await watching.answers(60);
  const [first, second] = names;
  expect(new Set(names)).toEqual(new Set(["BACKEND-1", "BACKEND-2"]));
  expect(names).toEqual(names.map((_, i) => (i % 2 === 0 ? first : second)));
  const numbers = watching.messages.flatMap((m) =>
    m.type === "answers" ? m.who.map((_, i) => m.first + i) : [],
  );
  expect(numbers).toEqual(numbers.map((_, i) => i));
});

test("the kernel counts the connections that the load makes", async () => {
  const asked = () => watching.messages.flatMap((m) => (m.type === "answers" ? m.who : [])).length;
  const before = asked();
  const begun = Date.now();
  const rates: number[] = [];
  for (let i = 0; i < 12; i++) {
    const { members } = await watching.sample();
    rates.push(members.reduce((sum, m) => sum + m.connections, 0));
  }
  const made = ((asked() - before) * 1000) / (Date.now() - begun);
  const counted = rates.reduce((sum, n) => sum + n, 0) / rates.length;
  // As many as were wanted at most, and the kernel agrees.
  expect(made).toBeLessThan(22);
  expect(counted / made).toBeGreaterThan(0.6);
  expect(counted / made).toBeLessThan(1.5);
});

test("the redirected address is asked, too, where that is wanted: one backend has all", async () => {
  await watching.order("/load", { ...load, redirected: true });
  expect(new Set(await watching.answers(20, "redirected"))).toEqual(new Set(["BACKEND-1"]));
  await watching.order("/load", load);
});

test.each([
  [{ "backend9.weight": 1 }, "settings.backend9.weight: no such setting; there are scheduler"],
  [{ scheduler: "fastest" }, 'settings.scheduler: "fastest" is not one of rr, wrr, lc, wlc'],
])("%j is refused with the names of what there is", async (settings, words) => {
  const { status, body } = await watching.post("/changes", { settings });
  expect(status).toBe(400);
  expect((JSON.parse(body) as { error: string }).error).toContain(words);
});

test("what the program refuses is refused by the preview, in Pulumi's words", async () => {
  configure({ port: 70000 });
  const text = readFileSync(file, "utf8");
  const { state, lines } = await watching.preview({ scheduler: "lc" });
  expect(state).toBe("refused");
  expect(lines.join("\n")).toContain("ipvs-lab:port: 70000 is not a whole number from 1 to 65535");
  expect(readFileSync(file, "utf8")).toBe(text);
  configure();
});

test("a change that is dropped leaves everything as it is", async () => {
  const [text, table] = [readFileSync(file, "utf8"), await on("machine1", "ipvsadm -Sn")];
  const { id, state, lines } = await watching.preview({ scheduler: "lc" });
  expect(state).toBe("previewed");
  expect(lines.join("\n")).toContain("+ -A -t 10.10.10.100:80 -s lc");
  await watching.order("/changes/drop", { id });
  expect(watching.last("change").state).toBe("dropped");
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(await on("machine1", "ipvsadm -Sn")).toBe(table);
});

test("a scheduler and a weight that are applied are the kernel's, and the answers go by them", async () => {
  const { lines } = await watching.change({ scheduler: "wrr", "backend1.weight": 3 });
  expect(lines.join("\n")).toContain("ipvsadm -E -t 10.10.10.100:80 -s wrr");
  const table = await on("machine1", "ipvsadm -Sn");
  expect(table).toContain("-A -t 10.10.10.100:80 -s wrr\n");
  expect(table).toContain("-r 10.10.10.2:80 -m -w 3\n");
  expect(watching.topology.service.scheduler).toBe("wrr");
  expect(counted(await watching.answers(100))).toEqual({ "BACKEND-1": 75, "BACKEND-2": 25 });
  expect(await plan()).toEqual({});
});

test("a backend that is stopped is seen to be down within two samples, and up again", async () => {
  const from = watching.messages.length;
  await watching.change({ "backend1.running": false });
  expect(await on("machine2", "systemctl is-active ipvs-lab-backend-1 || true")).toBe("inactive\n");
  const { at, sure } = await stoppedAt();
  const samples = watching.messages.slice(from).flatMap((m) => (m.type === "sample" ? [m] : []));
  const down = samples.findIndex(({ members }) => members[0]?.state === "down");
  const two = twoSamples(samples, down);
  expect(down).toBeGreaterThan(0);
  expect((samples[down]?.at ?? 0) - at).toBeLessThan(two + sure);
  expect((samples[down]?.at ?? 0) - at).toBeGreaterThan(-sure);
  // It is in the table as before: what it gets is lost.
  const names = await watching.answers(100);
  // Turn by turn, so that a failure shows where the order breaks.
  expect(names).toEqual(names.map((_, i) => names[i % 4]));
  expect(counted(names)).toEqual({ "-1": 75, "BACKEND-2": 25 });
  expect(await plan()).toEqual({});

  await watching.change({ "backend1.running": true, "backend1.weight": 1, scheduler: "rr" });
  await watching.sample(({ members }) => members.every(({ state }) => state === "up"));
  expect(new Set(await watching.answers(10))).toEqual(new Set(["BACKEND-1", "BACKEND-2"]));
});

test("all that costs the director less than a twentieth of a core", () => {
  const costs = watching.messages.flatMap((m) => (m.type === "sample" ? [m.cost] : []));
  expect(costs.length).toBeGreaterThan(20);
  expect(costs.reduce((sum, cost) => sum + cost, 0) / costs.length).toBeLessThan(0.05);
});

test("when it is ended nothing of it runs on the machines, nor here", async () => {
  expect((await programs()).length).toBeGreaterThan(1);
  expect((await watching.processes()).length).toBeGreaterThan(0);
  await watching.stop();
  expect(watching.complaints).toContain("ending what runs on the machines");
  expect(await watching.processes()).toEqual([]);
  await nothingLeft();
  expect(await plan()).toEqual({});
});

test("nor when it is killed", async () => {
  watching = await Watching.start();
  await watching.order("/load", { ...load, client: "machine1" });
  await watching.answers(3);
  expect((await programs()).length).toBeGreaterThan(1);
  await watching.stop("SIGKILL");
  await nothingLeft();
});
