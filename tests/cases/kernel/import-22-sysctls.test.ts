import { Director, DirectorArgs } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { Namespaces } from "../../support/kernel/namespaces";

const lab = new Namespaces("kernel-s", ["lb"]);

beforeAll(() => {
  lab.begin("lb ip link add eth0 type dummy");
}, 120_000);
afterAll(() => {
  lab.end();
}, 60_000);

function director(sysctls: DirectorArgs["sysctls"]) {
  return (host: Host) => {
    new Director("director", { host, sysctls });
  };
}

const threshold = "lb sysctl -n net.ipv4.vs.sync_threshold";

test("import 22: a pair is set, held, compared as the kernel prints it, and restored", async () => {
  const before = lab.run(threshold);
  expect(before).toBe("3\t50\n");
  const declare = director({ sync_threshold: "4  60" });
  expect(await lab.up(declare)).toContain("+ sysctl -q -w net.ipv4.vs.sync_threshold=4 60\n");
  expect(lab.run(threshold)).toBe("4\t60\n");
  expect(lab.wrong()).toEqual([]);
  expect(await lab.up(declare)).not.toContain("sync_threshold");
  lab.run("lb sysctl -qw net.ipv4.vs.sync_threshold='5 70'");
  expect(lab.wrong()).toEqual(["net.ipv4.vs.sync_threshold is 5 70, not 4 60"]);
  await lab.up(declare);
  expect(lab.run(threshold)).toBe("4\t60\n");
  lab.down();
  expect(lab.run(threshold)).toBe(before);
}, 240_000);

/** Settings of newer kernels than Debian 12's: what is declared, how the kernel prints it, and what somebody sets. */
const newer: [DirectorArgs["sysctls"] & object, printed: string, other: string | undefined][] = [
  [{ est_nice: -5 }, "-5", "-6"],
  // The machine has no other processor. (A row that is shorter than the test's parameters gets Jest's `done`.)
  [{ est_cpulist: "0,0" }, "0", undefined],
  [{ conn_lfactor: -2 }, "-2", "2"],
  [{ svc_lfactor: 2 }, "2", "-2"],
  [{ conn_max: 1000 }, "1000", "2000"],
];

test.each(newer)(
  "import 22: where the kernel has it, %j is set, compared as the kernel prints it, and restored",
  async (sysctls, printed, other) => {
    const [name = ""] = Object.keys(sysctls);
    const read = `lb sysctl -n net.ipv4.vs.${name} 2>/dev/null || echo none`;
    const before = lab.run(read);
    if (before === "none\n") {
      return; // refused: see below
    }
    const declare = director(sysctls);
    await lab.up(declare);
    expect([lab.run(read), lab.wrong()]).toEqual([`${printed}\n`, []]);
    expect(await lab.up(declare)).not.toContain(name);
    const byHand = other ?? printed;
    lab.run(`lb sysctl -qw net.ipv4.vs.${name}=${byHand}`);
    const differs = other === undefined ? [] : [`net.ipv4.vs.${name} is ${other}, not ${printed}`];
    expect(lab.wrong()).toEqual(differs);
    await lab.up(declare);
    expect([lab.run(read), lab.wrong()]).toEqual([`${printed}\n`, []]);
    lab.down();
    expect(lab.run(read)).toBe(before);
  },
  240_000,
);

test("import 22: a processor that the machine has not is refused by the preview, and by the update", async () => {
  if (!lab.run("lb ls /proc/sys/net/ipv4/vs").includes("est_cpulist")) {
    return;
  }
  const [there = "", machine = ""] = lab
    .run("cat /sys/devices/system/cpu/possible; uname -n")
    .split("\n");
  const next = Number(/\d+$/.exec(there)?.[0]) + 1;
  const declare = director({ est_cpulist: `0,${next}` });
  const has = `has the processors ${there}, not ${next}`;
  expect(await lab.refused(declare)).toEqual([`lb: sysctls.est_cpulist: the machine ${has}`]);
  await expect(lab.up(declare)).rejects.toThrow(`sysctls.est_cpulist: ${machine} ${has}`);
  lab.down();
}, 240_000);

test("import 22: what this kernel has not is refused with its version, and who brought it", async () => {
  const there = lab.run("lb ls /proc/sys/net/ipv4/vs").split("\n");
  const has = (name: string) => there.includes(name);
  const [release = "", machine = ""] = lab.run("uname -r; uname -n").split("\n");
  const settings = {
    est_nice: -5,
    est_cpulist: "0",
    conn_lfactor: -4,
    svc_lfactor: 2,
    conn_max: 1000,
  };
  const brought = {
    est_nice: "6.2",
    est_cpulist: "6.2",
    conn_lfactor: "7.1",
    svc_lfactor: "7.1",
    conn_max: "7.2",
  };
  await lab.up(director({}));
  for (const [name, value] of Object.entries(settings)) {
    const since = brought[name as keyof typeof brought];
    const lacks = `sysctls.${name}: Linux ${release} has no net.ipv4.vs.${name}; Linux ${since} brought it`;
    expect(await lab.refused(director({ [name]: value }))).toEqual(
      has(name) ? [] : [`lb: ${lacks}`],
    );
    const said = await lab.up(director({ [name]: value })).then(
      () => lab.wrong().join(),
      (error: unknown) => (error as Error).message.trim().split("\n").at(-1),
    );
    const refusal =
      `ipvs-lab: sysctls.${name}: Linux ${release} of ${machine} has no net.ipv4.vs.${name}; ` +
      `Linux ${since} brought it`;
    expect(said).toBe(has(name) ? "" : refusal);
    lab.down();
  }
}, 300_000);
