import { Director, IpvsService, IpvsServiceArgs, IpvsTable, Vip } from "../../../../components";
import { parseHostState } from "../../../../components/drift/hostState";
import { Declared, detectDrift } from "../../../../components/kinds/detectDrift";
import { text, verdict } from "../../../support/hostState";
import { command, registered } from "../../../support/pulumi/mocks";
import { IpvsMachine } from "../../../support/shell/ipvsMachine";
import { host } from "../../../support/workshop";

/** Members that somebody else added to a declared service, on a machine that runs the scripts. */

const machine = new IpvsMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const owner = "p/s/x";
const key = "-t 192.0.2.100:80";
const head = `-A ${key} -s rr`;
const member = (n: number, weight = 1) => `-a ${key} -r 192.0.2.${n}:80 -m -w ${weight}`;
const declared = [head, member(21), member(22)];
const foreign = member(50);
const added = (of: string) => `real server 192.0.2.50:80${of} was added by somebody else`;

const kinds: [kind: string, of: string][] = [
  ["service", ""],
  ["servicetable", ` of ${key}`],
];

describe.each(kinds)("a member that others added to a %s", (kind, of) => {
  const object = (lines: string[], exclusive = true): Declared => ({
    ...{ kind, owner, desired: text(lines), adopt: false, exclusive },
    recorded: { owner, stdin: text(lines) },
  });
  const seen = (lines = declared, exclusive = true, more: Partial<Declared> = {}) =>
    detectDrift({ ...object(lines, exclusive), ...more }, parseHostState(machine.observe()), "lb");
  const apply = (lines: string[], words: string[], seconds = "0", adopt: string[] = []) => {
    const argv = ["--generation", "new", ...adopt, kind, "apply", owner, seconds, ...words];
    const { status, stderr } = machine.run(argv, text(lines));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  };
  const exclusive = ["", "exclusive"];

  test("stays where members are shared, and leaves where they are exclusive", () => {
    apply(declared, []);
    machine.ipvsadm([foreign]);
    const notes = [`${added(of)} and gets traffic; it stays`];
    expect(seen(declared, false)).toEqual({ fingerprint: "new", differences: [], notes });
    apply(declared, []);
    expect(machine.saved()).toEqual([...declared, foreign].sort());
    expect(seen().differences).toEqual([`${added(of)} and gets traffic`]);
    expect(seen().notes).toBeUndefined();
    expect(seen().fingerprint).toMatch(/^[0-9a-f]{8} real server 192\.0\.2\.50:80/);
    machine.sent();
    apply(declared, exclusive);
    // No other member is touched.
    expect(machine.sent()).toEqual([`-d ${key} -r 192.0.2.50:80`]);
    expect(machine.saved()).toEqual(declared.toSorted());
    expect(seen()).toEqual({ fingerprint: "new", differences: [] });
  });

  test("drains like a member that leaves", () => {
    apply(declared, exclusive);
    machine.ipvsadm([foreign]);
    machine.change({ busy: { "192.0.2.50:80": 1 } });
    machine.sent();
    apply(declared, exclusive, "30");
    expect(machine.sent()).toEqual([
      `-e ${key} -r 192.0.2.50:80 -m -w 0`,
      `-d ${key} -r 192.0.2.50:80`,
    ]);
  });

  test("is the program's once it declares it, with the weight that it declares", () => {
    apply(declared, exclusive);
    machine.ipvsadm([member(23, 7)]);
    const more = [...declared, member(23)];
    const changing = { recorded: { owner, stdin: text(declared) } };
    expect(seen(more, true, changing).differences).toEqual([]);
    apply(more, exclusive);
    expect(machine.saved()).toEqual(more.toSorted());
  });

  test("keeps no weight, while the weights of declared members are kept", () => {
    apply(declared, ["all", "exclusive"]);
    machine.ipvsadm([foreign, `-e ${key} -r 192.0.2.21:80 -m -w 0`]);
    apply(declared, [kind === "service" ? "192.0.2.21:80" : "all", "exclusive"]);
    expect(machine.saved()).toEqual([head, member(21, 0), member(22)].sort());
  });

  test("is named before its service is adopted", () => {
    machine.ipvsadm([...declared, foreign]);
    const adopting = { adopt: true, recorded: undefined };
    expect(seen(declared, true, adopting).differences).toEqual([`${added(of)} and gets traffic`]);
    expect(seen(declared, false, adopting).notes).toEqual([
      `${added(of)} and gets traffic; it stays`,
    ]);
    apply(declared, exclusive, "0", ["--adopt"]);
    expect(machine.saved()).toEqual(declared.toSorted());
  });

  test("goes with its service, which otherwise stays for its sake", () => {
    for (const [words, left] of [
      [[], [head, foreign]],
      [exclusive, []],
    ]) {
      machine.reset();
      apply(declared, words ?? []);
      machine.ipvsadm([foreign]);
      machine.run([kind, "remove", owner, "0", ...(words ?? [])], text(declared));
      expect(machine.saved()).toEqual(left?.toSorted());
    }
  });
});

test("of a table's services, only those of the table lose members, and no others do", () => {
  const other = ["-A -t 192.0.2.101:80 -s rr", "-a -t 192.0.2.101:80 -r 192.0.2.50:80 -m -w 1"];
  machine.apply("servicetable", owner, declared);
  machine.ipvsadm(other);
  machine.apply("service", "p/other/y", [
    "-A -t 192.0.2.102:80 -s rr",
    "-a -t 192.0.2.102:80 -r 192.0.2.50:80 -m -w 1",
  ]);
  const before = machine.saved();
  const argv = ["--generation", "new", "servicetable", "apply", owner, "0", "", "exclusive"];
  machine.run(argv, text(declared));
  expect(machine.saved()).toEqual(before);
  const object = { kind: "servicetable", owner, desired: text(declared), adopt: false };
  const seen = parseHostState(machine.observe());
  expect(detectDrift({ ...object, exclusive: true }, seen, "lb").differences).toEqual([]);
});

test("a member that another object's ownership record names was not added by somebody else", () => {
  const desired = text(declared);
  const marks = [
    { kind: "service", key, owner, settings: declared },
    { kind: "servicetable", key: "p:s:t", owner: "p/s/t", settings: [head, foreign] },
  ];
  const object = { kind: "service", owner, desired, exclusive: true };
  expect(verdict(object, { marks, services: [...declared, foreign] }).differences).toEqual([]);
});

test("a sorry server of the earlier configuration is nobody else's, either", () => {
  const words = (sorry: string) =>
    `${text(declared)}\nvirtual_server 192.0.2.100 80 {\n  sorry_server ${sorry} 80\n}\n`;
  const object = {
    ...{ kind: "keepalivedservice", owner, desired: text(declared), exclusive: true },
    ...{ stdin: words("192.0.2.51"), recorded: { owner, stdin: words("192.0.2.50") } },
  };
  const marks = [{ kind: "keepalivedservice", key, owner, settings: declared }];
  const seen = (services: string[]) => verdict(object, { marks, services }).differences;
  expect(seen([head, foreign])).toEqual([]);
  expect(seen([...declared, member(52)])).toEqual([
    "real server 192.0.2.52:80 was added by somebody else and gets traffic",
  ]);
});

test("exclusive is a word of the Commands; without it they are as they were", async () => {
  const creates = async (members?: "shared" | "exclusive", engine?: "keepalived") => {
    const resources = await registered(() => {
      const lb = host();
      const director = new Director("director", { host: lb, engine });
      const vip = new Vip("vip", { host: lb, address: "10.10.10.100" });
      const args: IpvsServiceArgs = { director, vip, port: 80, realServers, members };
      new IpvsService("web", args);
      new IpvsService("kept", { ...args, port: 81, keepWeights: engine === undefined });
      if (!engine) {
        new IpvsTable("table", { director, services: [], members });
        new IpvsTable("keeps", { director, services: [], members, keepWeights: true });
      }
    });
    const names = ["web-tcp-10.10.10.100-80", "kept-tcp-10.10.10.100-81"];
    return [...names, ...(engine ? [] : ["table", "keeps"])].map((name) =>
      String(command(resources, name).inputs.delete).replace(/^.* remove \S+ /, ""),
    );
  };
  const realServers = [{ address: "10.10.10.2" }];
  const shared = ["30", "30 10.10.10.2:81", "30", "30 all"];
  expect(await creates()).toEqual(shared);
  expect(await creates("shared")).toEqual(shared);
  expect(await creates("exclusive")).toEqual([
    "30 '' exclusive",
    "30 10.10.10.2:81 exclusive",
    "30 '' exclusive",
    "30 all exclusive",
  ]);
  expect(await creates(undefined, "keepalived")).toEqual([
    expect.stringMatching(/ tcp-10\.10\.10\.100-80 30$/),
    expect.stringMatching(/ tcp-10\.10\.10\.100-81 30$/),
  ]);
  expect((await creates("exclusive", "keepalived"))[0]).toMatch(/ 30 exclusive$/);
});
