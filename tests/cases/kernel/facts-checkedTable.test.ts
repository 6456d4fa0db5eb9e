import { KeepalivedTestbed, m1, m2, nobody, vip } from "../../support/kernel/keepalivedTestbed";

/*
 * A table of services that a real keepalived checks: one file, one reload, and what is said of single services holds
 * for each (operations-06a-firstVerdict.test.ts).
 */

jest.setTimeout(600_000);

const check = { type: "http", path: "/", interval: 1, timeout: 1, retries: 0 } as const;
const at = (address: string) => ({ address, port: 80, check });
const file = "/etc/keepalived/ipvs-lab.d/kl-cases-d/table-t.conf";
const record = "/var/lib/ipvs-lab/keepalivedtable/kl:cases:t";
const services = {
  80: [at(m1), at(m2)],
  81: [at(m1), at(nobody)],
  82: [
    { ...at(m2), upperThreshold: 9 },
    { ...at(nobody), inhibitOnFailure: true },
  ],
};
let testbed: KeepalivedTestbed;

beforeAll(async () => {
  testbed = await KeepalivedTestbed.build();
});

afterAll(() => testbed.end());

/** Applies a table, which must succeed; what was said. */
async function applied(wanted: Record<number, ReturnType<typeof at>[]>): Promise<string> {
  const { code, text } = await testbed.services("apply", wanted);
  expect(code === 0 ? "" : text).toBe("");
  return text;
}

const reloads = (text: string) => text.match(/systemctl (reload|start)/g)?.length ?? 0;

/** Who answers four requests to a port of the virtual address. */
async function answers(port: number): Promise<string[]> {
  const ask = `for i in 1 2 3 4; do curl -sSf --max-time 5 http://${vip}:${port}/; done`;
  return [...new Set((await testbed.must(ask)).trim().split("\n"))].sort();
}

test("a table is read at once; its live members answer, and no dead one ever gets a connection", async () => {
  const watch = "for i in $(seq 40); do ipvsadm -Sn; sleep 0.2; done";
  const [seen, text] = await Promise.all([testbed.must(watch), applied(services)]);
  expect(reloads(text)).toBe(1);
  expect(seen).not.toMatch(new RegExp(`-r ${nobody}:80 .*-w 1`));
  expect(text).toContain(`taken out, as their checks fail: -t ${vip}:81 -r ${nobody}:80`);
  expect(await testbed.table(80)).toEqual([`${m1}:80 1`, `${m2}:80 1`]);
  expect(await testbed.table(81)).toEqual([`${m1}:80 1`]);
  expect(await testbed.table(82)).toContain(`${m2}:80 1`);
  expect(await testbed.must("ipvsadm -Ln --thresholds")).toMatch(/198\.51\.100\.22:80 +9 /);
  expect(await answers(80)).toEqual(["member 1", "member 2"]);
  expect(await answers(81)).toEqual(["member 1"]);
  expect(await answers(82)).toEqual(["member 2"]);
});

test("a second run neither writes nor reloads anything", async () => {
  expect(await applied(services)).not.toMatch(/\+ (write|systemctl|ipvsadm)/);
});

test("members that leave go once others are alive, a service goes and one comes, with the others untouched", async () => {
  const text = await applied({ 80: [at(m2)], 81: [at(m2)], 83: [at(m1)] });
  expect(reloads(text)).toBe(2); // with those that leave, then without
  expect(await testbed.table(80)).toEqual([`${m2}:80 1`]);
  expect(await testbed.table(81)).toEqual([`${m2}:80 1`]);
  expect(await testbed.must("ipvsadm -Sn")).not.toContain(`${vip}:82`);
  expect(await answers(83)).toEqual(["member 1"]);
});

test("where a service would lose its last live member, the update fails and everything is as before", async () => {
  const state = `ipvsadm -Sn | sort; cat ${file} ${record}`;
  const before = await testbed.must(state);
  const { code, text } = await testbed.services("apply", {
    80: [at(m1)],
    81: [at(nobody)],
    83: [at(m1)],
  });
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /no member of virtual service -t 192\.0\.2\.100:81 passes its check: -t 192\.0\.2\.100:81 -r 198\.51\.100\.29:80 \(.+\); the table stays as it was/,
  );
  await testbed.must("sleep 3");
  expect(await testbed.must(state)).toBe(before);
  expect(await answers(81)).toEqual(["member 2"]);
});

test("what was changed by hand, and a service that was deleted, are as declared again", async () => {
  await testbed.must(
    `ipvsadm -e -t ${vip}:80 -r ${m2}:80 -m -w 7; ipvsadm -E -t ${vip}:81 -s wlc; ipvsadm -D -t ${vip}:83`,
  );
  await applied({ 80: [at(m2)], 81: [at(m2)], 83: [at(m1)] });
  expect(await testbed.table(80)).toEqual([`${m2}:80 1`]);
  expect(await testbed.must("ipvsadm -Sn")).toContain(`-A -t ${vip}:81 -s rr`);
  expect(await answers(83)).toEqual(["member 1"]);
});

test("a new service that nobody answers is a warning with the reason, beside those that live", async () => {
  const text = await applied({ 80: [at(m2)], 81: [at(m2)], 83: [at(m1)], 84: [at(nobody)] });
  expect(text).toMatch(
    /warning: no member lives of virtual service -t 192\.0\.2\.100:84: -t 192\.0\.2\.100:84 -r 198\.51\.100\.29:80 \(.+\)\n/,
  );
  expect(await answers(80)).toEqual(["member 2"]);
});

test("another scheduler refuses no client meanwhile", async () => {
  const client = `import os, time, urllib.request
while not os.path.exists("/run/klcases/over"):
  try: print(urllib.request.urlopen("http://${vip}/", timeout=20).read().decode(), end="", flush=True)
  except Exception as error: print("FAILED", error)
  time.sleep(0.1)`;
  const asked = testbed.must("python3 -", client);
  const { code } = await testbed.services(
    "apply",
    { 80: [at(m2)], 81: [at(m2)], 83: [at(m1)] },
    { scheduler: "wlc" },
  );
  await testbed.must("sleep 1; touch /run/klcases/over");
  expect(code).toBe(0);
  expect(await asked).not.toContain("FAILED");
  expect(await testbed.must("ipvsadm -Sn")).toContain(`-A -t ${vip}:80 -s wlc`);
});

test("a service that others made is refused, and named, before anything changes", async () => {
  await testbed.must(`ipvsadm -A -t ${vip}:85 -s rr`);
  const { code, text } = await testbed.services("apply", { 80: [at(m2)], 85: [at(m1)] });
  expect(code).not.toBe(0);
  expect(text).toContain(`virtual service -t ${vip}:85 exists on`);
  await testbed.must(`ipvsadm -D -t ${vip}:85`);
  expect(await testbed.table(83)).toEqual([`${m1}:80 1`]);
});

test("a weight that was set by hand does not outlive a failed check, which is why it cannot be kept", async () => {
  const until = (state: string, then: string) =>
    `for i in $(seq 100); do ${state} && break; sleep 0.2; done; ${then}`;
  const weight = `ipvsadm -Sn | sed -n 's/^-a -t ${vip}:80 -r ${m2}:80 .*-w //p'`;
  await applied({ 80: [at(m2)], 83: [at(m1)] });
  await testbed.must(`ipvsadm -e -t ${vip}:80 -r ${m2}:80 -m -w 0; sleep 3`);
  expect(await testbed.must(weight)).toBe("0\n");
  const maintained = `kill -STOP $(ip netns pids klcase2)
${until(`[ -z "$(${weight})" ]`, `${weight}; kill -CONT $(ip netns pids klcase2)`)}
${until(`[ -n "$(${weight})" ]`, weight)}`;
  expect(await testbed.must(maintained)).toBe("1\n");
});

test("members that others added stay, and are drained and removed where members are exclusive; sorry servers stay", async () => {
  const other = "198.51.100.28";
  const wanted = { 80: [at(m2)], 86: [at(nobody)] };
  const sorryServer = { address: m1, port: 80 };
  expect((await testbed.services("apply", wanted, { sorryServer })).code).toBe(0);
  await testbed.must(`for port in 80 86; do ipvsadm -a -t ${vip}:$port -r ${other}:80 -m; done`);
  const shared = await testbed.services("apply", wanted, { sorryServer });
  expect(shared.text).not.toContain("+ ipvsadm");
  expect(await testbed.table(80)).toEqual([`${m2}:80 1`, `${other}:80 1`]);
  expect(await testbed.table(86)).toEqual([`${m1}:80 1`, `${other}:80 1`]);
  const { code, text } = await testbed.services("apply", wanted, {
    ...{ sorryServer, sharing: "exclusive" },
  });
  expect(code === 0 ? "" : text).toBe("");
  expect(text).toContain(`-e -t ${vip}:80 -r ${other}:80 -m -w 0`);
  expect(await testbed.table(80)).toEqual([`${m2}:80 1`]);
  expect(await testbed.table(86)).toEqual([`${m1}:80 1`]);
  expect(reloads(text)).toBe(0);
});

test("nothing is left of a table that is removed", async () => {
  expect((await testbed.services("remove", { 80: [at(m2)] })).code).toBe(0);
  const left = `ipvsadm -Sn; ls -A /etc/keepalived/ipvs-lab.d/kl-cases-d /var/lib/ipvs-lab/keepalivedtable; ls -A /run/ipvs-lab/.table`;
  expect(await testbed.must(left)).not.toMatch(/192\.0\.2\.100|table-t|kl:cases/);
});
