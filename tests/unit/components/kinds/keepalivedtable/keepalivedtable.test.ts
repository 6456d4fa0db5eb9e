import { parseHostState } from "../../../../../components/drift/hostState";
import { detectDrift } from "../../../../../components/kinds/detectDrift";
import { printed, Recorded, verdict } from "../../../../support/hostState";

const owner = "ipvs-lab/dev/t";
const head = (port: number) => `-A -t 10.0.0.1:${port} -s rr`;
const member = (port: number, n: number, weight = 1) =>
  `-a -t 10.0.0.1:${port} -r 10.1.0.${n}:80 -m -w ${weight}`;
const made = [head(80), member(80, 1), member(80, 2), head(81), member(81, 1)];
const inhibit = "inhibit -t 10.0.0.1:80 -r 10.1.0.2:80";
const settings = [...made, inhibit];
const body = "define a\nsorry_server 10.9.0.1 80\nvirtual_server 10.0.0.1 80 as a\n";
const table = {
  kind: "keepalivedtable",
  owner,
  desired: `${settings.join("\n")}\n`,
  stdin: `${settings.join("\n")}\n\n${body}`,
};
const record: Recorded = { kind: "keepalivedtable", key: "ipvs-lab:dev:t", owner, settings };

/** What is said of an object that is about to be made. */
const fresh = {
  fingerprint: expect.stringMatching(/^[0-9a-f]{8} new$/) as string,
  differences: [],
};

/** What the preview says of the table with these services in the kernel. */
const preview = (services: string[], more: Recorded[] = [], adopt = false) =>
  verdict({ ...table, adopt }, { marks: [record, ...more], services });

test("a table that is as it was made keeps the fingerprint of its record", () => {
  expect(preview(made)).toEqual({ fingerprint: "g new", differences: [] });
});

test("a member that a check has removed or inhibited is no difference", () => {
  const failed = [head(80), member(80, 1), member(80, 2, 0), head(81), member(81, 1)];
  expect(preview(failed).differences).toEqual([]);
  expect(preview([head(80), member(80, 1), head(81), member(81, 1)]).differences).toEqual([]);
});

test("what somebody changed is said of each service", () => {
  const changed = [head(80).replace("rr", "wlc"), member(80, 1, 0), member(80, 2, 7)];
  expect(preview(changed).differences).toEqual([
    "virtual service -t 10.0.0.1:80 has scheduler wlc, not rr",
    "real server 10.1.0.1:80 of -t 10.0.0.1:80 has weight 0, not 1",
    "real server 10.1.0.2:80 of -t 10.0.0.1:80 has weight 7, not 1",
    "virtual service -t 10.0.0.1:81 is gone",
  ]);
});

test("each preview warns of a service without a live member, and names members of others, but no sorry server", () => {
  const sorry = "-a -t 10.0.0.1:80 -r 10.9.0.1:80 -m -w 1";
  const { warnings, notes, differences } = preview([
    ...[head(80), member(80, 2, 0), sorry],
    ...[head(81), member(81, 1), member(81, 9)],
  ]);
  expect(differences).toEqual([]);
  expect(warnings).toEqual(["no member of virtual service -t 10.0.0.1:80 lives"]);
  expect(notes).toEqual([
    "real server 10.1.0.9:80 of -t 10.0.0.1:81 was added by somebody else and gets traffic; it stays",
  ]);
});

test("members of others are differences where the members are exclusive", () => {
  const added = [head(80), member(80, 1), member(80, 2), head(81), member(81, 1), member(81, 9, 0)];
  expect(
    verdict({ ...table, exclusive: true }, { marks: [record], services: added }),
  ).toMatchObject({
    differences: [
      "real server 10.1.0.9:80 of -t 10.0.0.1:81 was added by somebody else with weight 0",
    ],
  });
});

test("a sorry server is its own service's, also the one that the state still has", () => {
  const sorry = (port: number) => `-a -t 10.0.0.1:${port} -r 10.9.0.1:80 -m -w 1`;
  const services = [head(80), sorry(80), head(81), sorry(81)];
  const named = [
    "real server 10.9.0.1:80 of -t 10.0.0.1:81 was added by somebody else and gets traffic; it stays",
  ];
  expect(preview(services).notes).toEqual(named);
  const without = {
    ...table,
    stdin: `${settings.join("\n")}\n\nvirtual_server 10.0.0.1 80 as b\n`,
  };
  const recorded = { owner, stdin: table.stdin };
  expect(verdict({ ...without, recorded }, { marks: [record], services }).notes).toEqual(named);
  expect(verdict(without, { marks: [record], services }).notes).toHaveLength(2);
});

test.each([
  ["-u 10.0.0.1:80", ["protocol UDP"], "10.0.0.1 80"],
  ["-t [2001:db8::1]:0", ["protocol TCP"], "2001:db8::1"],
  ["-f 7 -6", ["ip_family inet6"], "fwmark 7"],
  ["-f 7", ["ip_family inet"], "fwmark 7"],
])("the sorry server of %s is no member of others", (key, options, at) => {
  const services = [`-A ${key} -s rr`, `-a ${key} -r 10.1.0.1:80 -m -w 1`];
  const lines = ["define a", ...options, "sorry_server 10.9.0.1 80", `virtual_server ${at} as a`];
  const one = { kind: "keepalivedtable", owner, desired: `${services.join("\n")}\n` };
  const stdin = `${one.desired}\n${lines.join("\n")}\n`;
  const now = [...services, `-a ${key} -r 10.9.0.1:80 -m -w 1`];
  const { notes } = verdict(
    { ...one, stdin },
    { marks: [{ ...record, settings: services }], services: now },
  );
  expect(notes).toBeUndefined();
});

test("a new table takes no service of others, unless it adopts what has no owner", () => {
  const new_ = (marks: Recorded[], adopt = false) =>
    verdict({ ...table, adopt }, { marks, services: made }).conflict;
  expect(new_([])).toBe(
    [80, 81]
      .map(
        (port) =>
          `lb: virtual service -t 10.0.0.1:${port} exists already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true`,
      )
      .join("\n"),
  );
  expect(new_([], true)).toBeUndefined();
});

test("a service moves into the table from another object of the stack, but not from another stack's keepalived", () => {
  const from = (kind: string, stack: string, adopt = false) => {
    const single = { kind, key: "-t 10.0.0.1:81", owner: `ipvs-lab/${stack}/web` };
    const marks = [
      { ...record, settings: made.slice(0, 3) },
      { ...single, settings: [head(81)] },
    ];
    return verdict({ ...table, adopt }, { marks, services: made }).conflict;
  };
  expect(from("keepalivedservice", "dev")).toBeUndefined();
  expect(from("service", "dev")).toBeUndefined();
  const refused =
    "lb: virtual service -t 10.0.0.1:81 belongs to ipvs-lab/prod/web: remove it there first";
  expect(from("keepalivedservice", "prod")).toBe(refused);
  expect(from("keepalivedservice", "prod", true)).toBe(refused);
  expect(from("service", "prod")).toBe(refused);
  expect(from("service", "prod", true)).toBeUndefined();
});

test("a single service takes one out of a table of the stack, which waits for that", () => {
  const web = { kind: "keepalivedservice", owner: "ipvs-lab/dev/web", adopt: false };
  const desired = `${[head(81), member(81, 1)].join("\n")}\n`;
  const single = { ...web, desired };
  expect(verdict(single, { marks: [record], services: made })).toEqual(fresh);
  const others = { ...record, owner: "ipvs-lab/prod/t" };
  expect(verdict(single, { marks: [others], services: made }).conflict).toBe(
    "lb: virtual service -t 10.0.0.1:81 belongs to ipvs-lab/prod/t: remove it there first",
  );
  const left = { ...table, desired: `${settings.slice(0, 3).join("\n")}\n`, adopt: false };
  const seen = parseHostState(printed({ marks: [record], services: made }));
  const all = [{ ...left, stdin: left.desired }, single];
  expect(detectDrift({ ...left, stdin: left.desired }, seen, "lb", all).fingerprint).toMatch(
    /^[0-9a-f]{8} gives -t 10\.0\.0\.1:81$/,
  );
});

test("a table whose director changes its engine keeps its services, in either direction", () => {
  const plain: Recorded = { ...record, kind: "servicetable", settings: made };
  expect(verdict(table, { marks: [plain], services: made })).toEqual(fresh);
  const before = { kind: "servicetable", owner, desired: `${made.join("\n")}\n` };
  expect(verdict(before, { marks: [record], services: made })).toEqual(fresh);
  expect(
    verdict({ ...before, owner: "ipvs-lab/dev/u" }, { marks: [record], services: made }).conflict,
  ).toContain("exists already");
});
