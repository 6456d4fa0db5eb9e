import { parseHostState } from "../../../components/drift/hostState";
import { Declared, detectDrift } from "../../../components/kinds/detectDrift";

/** What a preview says of objects, where the machine's kernel has these settings and modules. */
function refusal(
  object: Omit<Declared, "owner" | "adopt">,
  settings: string,
  modules: string,
  ...more: string[]
) {
  const seen = parseHostState(
    [
      ...["@@ host", "name machine1", "boot b00t", "kernel 6.1.0-56-cloud-amd64"],
      ...[...more, `settings ${settings}`, `modules ${modules}`],
      ...["@@ services", "loaded", "@@ packages", "ipvsadm installed", "@@ end", ""],
    ].join("\n"),
  );
  return detectDrift({ owner: "p/s/n", adopt: false, ...object }, seen, "lb").conflict;
}

const head = "-A -t 192.0.2.100:80 -s twos\n-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 1\n";
const debian12 = "ip_vs.ko ip_vs_rr.ko";

test.each(["service", "keepalivedservice", "servicetable", "keepalivedtable"])(
  "facts: a scheduler that the kernel has no module for is refused with its version: %s",
  (kind) => {
    const object = { kind, desired: head };
    expect(refusal(object, "", debian12)).toBe(
      "lb: scheduler: twos is not in Linux 6.1.0-56-cloud-amd64, which has no module ip_vs_twos; Debian 12 builds " +
        "its kernel without it, Debian 13's has it: choose another scheduler, or that kernel",
    );
    expect(refusal(object, "", `${debian12} ip_vs_twos.ko.xz`)).toBeUndefined();
    // Where IPVS is built in, or nothing is known, the update tells.
    expect(refusal(object, "", "")).toBeUndefined();
    expect(refusal({ kind, desired: head.replace("twos", "rr") }, "", debian12)).toBeUndefined();
  },
);

test("import 22: a setting that the kernel has not is refused by the preview, with who brought it", () => {
  const words = "packages ipvsadm\nsysctls est_nice=-5 conn_lfactor=-4 conn_max=5 conntrack=1\n";
  const object = { kind: "director", desired: words };
  const lacks = (name: string, since: string) =>
    `lb: sysctls.${name}: Linux 6.1.0-56-cloud-amd64 has no net.ipv4.vs.${name}; Linux ${since} brought it`;
  expect(refusal(object, "conntrack drop_entry", "")?.split("\n")).toEqual([
    lacks("est_nice", "6.2"),
    lacks("conn_lfactor", "7.1"),
    lacks("conn_max", "7.2"),
  ]);
  expect(refusal(object, "conntrack est_nice conn_lfactor conn_max", "")).toBeUndefined();
  // IPVS is not loaded yet.
  expect(refusal(object, "", "")).toBeUndefined();
});

test.each([
  ["processors 0", "1", "0"],
  ["processors 0-3", "0-4", "0-3"],
  ["processors 0,2", "1,3", "0,2"],
])("on a machine with %s the list %s is refused", (line, list, there) => {
  const object = { kind: "director", desired: `packages ipvsadm\nsysctls est_cpulist=${list}\n` };
  expect(refusal(object, "est_cpulist", "", line)).toBe(
    `lb: sysctls.est_cpulist: the machine has the processors ${there}, not ${list.at(-1)}`,
  );
  expect(
    refusal({ ...object, desired: object.desired.replace(list, "0") }, "est_cpulist", "", line),
  ).toBeUndefined();
  // What it has is not known.
  expect(refusal(object, "est_cpulist", "")).toBeUndefined();
});
