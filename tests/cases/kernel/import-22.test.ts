import { Director, DirectorArgs } from "../../../components/director";
import { Host } from "../../../components/host";
import { Namespaces } from "./namespaces";

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

test("import 22: what this kernel has not is refused with its version, and who brought it", async () => {
  const there = lab.run("lb ls /proc/sys/net/ipv4/vs").split("\n");
  const has = (name: string) => there.includes(name);
  const [release = "", machine = ""] = lab.run("uname -r; uname -n").split("\n");
  const settings = {
    est_nice: -5,
    est_cpulist: "1,0",
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
