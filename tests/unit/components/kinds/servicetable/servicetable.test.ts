import * as fc from "fast-check";
import { HostState, parseHostState } from "../../../../../components/drift/hostState";
import { Declared, detectDrift } from "../../../../../components/kinds/detectDrift";
import { cases } from "../../../../support/randomCases";
import { IpvsMachine } from "../../../../support/shell/ipvsMachine";

/** What a preview says of tables, from what host/program/observe.sh prints on a machine that has them. */

const machine = new IpvsMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const owner = "ipvs-lab/dev/table";
const head = (n: number) => `-A -t 10.0.0.${n}:80 -s rr`;
const member = (n: number, m: number) => `-a -t 10.0.0.${n}:80 -r 10.1.0.${m}:80 -m -w 1`;
const two = [head(1), member(1, 1), member(1, 2), head(2), member(2, 3)];

function table(lines: string[], changes: Partial<Declared> = {}): Declared {
  const desired = lines.map((line) => `${line}\n`).join("");
  return { kind: "servicetable", owner, desired, adopt: false, ...changes };
}

function verdict(object: Declared) {
  return detectDrift(object, parseHostState(machine.observe()), "machine1");
}

test("a table that is as it was made is left alone, also where something else is declared now", () => {
  machine.apply("servicetable", owner, two);
  expect(verdict(table(two))).toEqual({ fingerprint: "new", differences: [] });
  const less = verdict(table(two.slice(3)));
  expect(less.fingerprint).toMatch(/^[0-9a-f]{8} new$/);
  expect(less.differences).toEqual([]);
});

test("what is gone or differs is named by service and member", () => {
  machine.apply("servicetable", owner, two);
  machine.ipvsadm([
    "-E -t 10.0.0.1:80 -s wrr",
    "-e -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 5 -x 9",
    "-d -t 10.0.0.1:80 -r 10.1.0.2:80",
    "-D -t 10.0.0.2:80",
  ]);
  expect(verdict(table(two)).differences).toEqual([
    "virtual service -t 10.0.0.1:80 has scheduler wrr, not rr",
    "real server 10.1.0.1:80 of -t 10.0.0.1:80 has weight 5, not 1",
    "real server 10.1.0.1:80 of -t 10.0.0.1:80 has upper threshold 9, not none",
    "real server 10.1.0.2:80 of -t 10.0.0.1:80 is gone",
    "virtual service -t 10.0.0.2:80 is gone",
  ]);
  expect(verdict(table(two)).fingerprint).toMatch(/^[0-9a-f]{8} virtual service -t 10\.0\.0\.1:80/);
});

test("of a table that is in place the members stay on the machine; anything else is told whole", () => {
  const foreign = "-a -t 10.0.0.1:80 -r 10.1.0.9:80 -m -w 1";
  machine.apply("servicetable", owner, two);
  machine.ipvsadm([foreign, head(9), member(9, 1)]);
  const kept = parseHostState(machine.observe());
  expect(kept.services?.toSorted()).toEqual(
    [head(1), head(2), head(9), foreign, member(9, 1)].sort(),
  );
  expect([...kept.records.values()][0]?.settings).toEqual([head(1), head(2)]);
  // By hand; another table is not concerned.
  machine.apply("servicetable", `${owner}2`, [head(5), member(5, 1)]);
  machine.ipvsadm(["-e -t 10.0.0.2:80 -r 10.1.0.3:80 -m -w 1 -x 9"]);
  const changed = parseHostState(machine.observe());
  expect(changed.services).toHaveLength(two.length + 4);
  expect([...changed.records.values()].map(({ settings }) => settings)).toEqual([two, [head(5)]]);
});

test("whatever is done by hand, members that stay on the machine change no verdict", () => {
  const whole = new IpvsMachine((program) =>
    [
      ['keepalivedtable/*) [ -z "$loaded" ] || continue', "keepalivedtable/*)"],
      ["if [ $# -eq 0 ]; then\n    ipvsadm -Sn", "if true; then\n    ipvsadm -Sn"],
    ].reduce((text, [from = "", to = ""]) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    }, program),
  );
  const other = "ipvs-lab/dev/other";
  const six = "-A -f 7 -6 -s sh -b sh-port";
  const edits = [
    [head(9), member(9, 9)],
    ["-E -t 10.0.0.1:80 -s wrr"],
    ["-e -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 5"],
    ["-e -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1 -x 9 -y 3"],
    ["-d -t 10.0.0.1:80 -r 10.1.0.2:80"],
    ["-D -t 10.0.0.2:80"],
    ["-e -t 10.0.0.3:80 -r 10.1.0.3:80 -i -w 1"],
    ["-D -f 7 -6"],
    [member(1, 9)],
  ];
  try {
    fc.assert(
      fc.property(fc.subarray(edits), fc.boolean(), (chosen, isCutOff) => {
        const [short, long] = [machine, whole].map((one) => {
          one.reset();
          one.apply("servicetable", owner, [...two, six]);
          one.apply("servicetable", other, [head(3), `${member(3, 3)} -x 5`]);
          one.apply("service", "ipvs-lab/dev/single", [head(4), member(4, 1)]);
          one.ipvsadm(chosen.flat());
          if (isCutOff) {
            one.change({ refused: ["10.0.0.8:80"] });
            one.apply("servicetable", other, [head(3), head(8)]);
          }
          return parseHostState(one.observe());
        });
        const objects = [
          ...[table(two), table([...two, six]), table([head(3)], { owner: other })],
          table([head(9)], { adopt: true }),
          table([...two, head(3), head(4), head(9)], { owner: "ipvs-lab/test/stranger" }),
          table([head(4), member(4, 1)], { owner: "ipvs-lab/dev/single", kind: "service" }),
          table([head(1), member(1, 1)], { owner: "ipvs-lab/dev/new", kind: "service" }),
          table([head(9)], { owner: "ipvs-lab/dev/new", kind: "service" }),
        ];
        const verdicts = (seen: HostState | undefined) =>
          objects.map((object) => seen && detectDrift(object, seen, "machine1", objects));
        expect(verdicts(short)).toEqual(verdicts(long));
      }),
      cases(4),
    );
  } finally {
    whole.close();
  }
}, 120_000);

test("of very much that is wrong the first is told, and how much more there is", () => {
  const many = Array.from({ length: 50 }, (_, i) => head(i));
  machine.apply("servicetable", owner, many);
  machine.ipvsadm(many.map((line) => line.replace("-A", "-D").replace(" -s rr", "")));
  const { differences } = verdict(table(many));
  expect(differences).toHaveLength(11);
  expect(differences.slice(-2)).toEqual(["virtual service -t 10.0.0.9:80 is gone", "and 40 more"]);
});

test("a service that others have is refused by its name, unless it is taken over", () => {
  machine.ipvsadm([head(2)]);
  const { conflict } = verdict(table(two));
  expect(conflict).toBe(
    "machine1: virtual service -t 10.0.0.2:80 exists already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true",
  );
  expect(verdict(table(two, { adopt: true })).conflict).toBeUndefined();
  machine.reset();
  machine.apply("servicetable", "other/dev/table", [head(1)]);
  machine.apply("service", "other/dev/web", [head(2)]);
  expect(verdict(table(two)).conflict?.split("\n")).toEqual([
    expect.stringContaining("machine1: virtual service -t 10.0.0.1:80 belongs to other/dev/table:"),
    expect.stringContaining("machine1: virtual service -t 10.0.0.2:80 belongs to other/dev/web:"),
  ]);
});

test("what moves within a program is not refused, in whichever direction", () => {
  machine.apply("servicetable", owner, [head(1)]);
  machine.apply("service", "ipvs-lab/dev/web", [head(2)]);
  const web = { kind: "service", owner: "ipvs-lab/dev/web1", desired: head(1), adopt: false };
  expect(verdict(table([head(2)]))).toEqual(expect.objectContaining({ differences: [] }));
  expect(verdict(table([head(2)])).conflict).toBeUndefined();
  expect(verdict(web)).toEqual(expect.objectContaining({ differences: [] }));
  expect(verdict(web).conflict).toBeUndefined();
  expect(verdict({ ...web, owner: "other/dev/web1" }).conflict).toContain(
    "exists on machine1 already",
  );
});

test("what moves to another object stays until that has come, whichever is run first", () => {
  machine.apply("servicetable", owner, two);
  const table1 = table(two.slice(0, 3));
  const web = { ...table1, kind: "service", owner: "ipvs-lab/dev/web", desired: `${head(2)}\n` };
  const seen = parseHostState(machine.observe());
  const { fingerprint, differences } = detectDrift(table1, seen, "machine1", [table1, web]);
  expect(fingerprint).toMatch(/^[0-9a-f]{8} gives -t 10\.0\.0\.2:80$/);
  expect(differences).toEqual([]);
  machine.sent();
  const words = ["--generation", fingerprint, "servicetable", "apply", owner, "30"];
  expect(machine.run(words, table1.desired).status).toBe(0);
  expect(machine.sent()).toEqual([]);
  expect(machine.apply("service", web.owner, [head(2)]).status).toBe(0);
  expect(machine.sent()).toEqual(["-d -t 10.0.0.2:80 -r 10.1.0.3:80"]);
  // All is in place: the next preview is empty.
  const after = parseHostState(machine.observe());
  expect(detectDrift(table1, after, "machine1", [table1, web])).toEqual({
    fingerprint,
    differences: [],
  });
  const changed = detectDrift(table(two.slice(0, 2)), after, "machine1", [web]);
  expect(changed.fingerprint).toMatch(/^[0-9a-f]{8} new$/);
  machine.remove("servicetable", owner, two);
  expect(machine.saved()).toEqual([head(2)]);
});

test("after a reboot all is said to be gone, and by whom", () => {
  machine.apply("servicetable", owner, [head(1)]);
  machine.ipvsadm(["-D -t 10.0.0.1:80"]);
  const observed = machine.observe().replace(/^boot .*$/m, "boot another");
  const rebooted = observed.replace(/^@ .*\/servicetable\/[^]*?(?=^@)/m, (mark) =>
    mark.includes("/objects/") ? mark : "",
  );
  expect(detectDrift(table([head(1)]), parseHostState(rebooted), "machine1").differences).toEqual([
    "machine1 has rebooted",
    "virtual service -t 10.0.0.1:80 is gone",
  ]);
});

test("what is started on the machine does not depend on how much there is", () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, i) => [
      ...(i % 100 === 0 ? [`-A -t 10.0.${i / 100}.1:80 -s rr`] : []),
      `-a -t 10.0.${Math.floor(i / 100)}.1:80 -r 10.1.${i >> 8}.${i & 255}:80 -m -w 1`,
    ]).flat();
  const changed = (all: string[]) => all.map((line) => line.replace("-w 1", "-w 2"));
  const [short, long, longer] = [10, 1000, 3000].map((count) => {
    machine.reset();
    const all = lines(count);
    const runs = [
      machine.apply("servicetable", owner, all),
      machine.apply("servicetable", owner, changed(all)),
      machine.apply("servicetable", owner, all.slice(0, 5), { seconds: 1 }),
      machine.remove("servicetable", owner, all),
    ];
    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      runs.map(() => ({ status: 0, stderr: "" })),
    );
    // Pulumi keeps what they print.
    expect(Math.max(...runs.map(({ stdout }) => stdout.length))).toBeLessThan(6000);
    return runs.map(({ calls }) => calls.length);
  });
  expect(longer).toEqual(long);
  // The shell itself reads a short plan.
  short?.forEach((count, i) => {
    expect(count).toBeLessThanOrEqual(long?.[i] ?? 0);
  });
});

test("of thousands of services each is compared with what is its own", () => {
  const keys = Array.from({ length: 1000 }, (_, i) => `-t 10.${i >> 8}.${i & 255}.1:80`);
  const lines = keys.map((key) => `-A ${key} -s rr`);
  const marks = keys.map(
    (key) =>
      `@ /run/ipvs-lab/service/${key}\n= owner p/s/${key}\n= generation g\n=\n= -A ${key} -s rr`,
  );
  const seen = parseHostState(
    `@@ host\nboot b\n@@ marks\n${marks.join("\n")}\n@@ services\nloaded\n${lines.join("\n")}\n@@ end\n`,
  );
  for (const key of keys) {
    const service = { kind: "service", owner: `p/s/${key}`, adopt: false };
    const verdict = detectDrift({ ...service, desired: `-A ${key} -s rr\n` }, seen, "m");
    expect(verdict.fingerprint).toBe("g");
  }
});
