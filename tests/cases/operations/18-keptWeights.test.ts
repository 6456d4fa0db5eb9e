import { Director, IpvsService, IpvsTable, RealServer, Vip } from "../../../components";
import { parseHostState } from "../../../components/drift/hostState";
import { detectDrift } from "../../../components/kinds/detectDrift";
import { text } from "../../support/hostState";
import { command, registered } from "../../support/pulumi/mocks";
import { IpvsMachine } from "../../support/shell/ipvsMachine";
import { host } from "../../support/workshop";

const machine = new IpvsMachine();
afterAll(() => {
  machine.close();
});

const key = "-t 192.0.2.100:80";
const head = `-A ${key} -s rr`;
const member = (n: number, weight = 1) => `-a ${key} -r 192.0.2.${n}:80 -m -w ${weight}`;
const declared = [head, member(21), member(22)];
/** By hand. */
const repair = `-e ${key} -r 192.0.2.21:80 -m -w 0`;

const kinds: [kind: string, keep: string, of: string][] = [
  ["service", "192.0.2.21:80 192.0.2.22:80", ""],
  ["servicetable", "all", ` of ${key}`],
];

describe.each(kinds)("operations 18: a weight that is kept, of a %s", (kind, keepWeights, of) => {
  beforeEach(() => {
    machine.reset();
  });
  const owner = "p/s/x";
  const object = (lines: string[], keep: string | undefined = keepWeights) => ({
    ...{ kind, owner, desired: text(lines), adopt: false, keepWeights: keep },
    recorded: { owner, stdin: text(lines) },
  });
  const verdict = (lines: string[], keep?: string) =>
    detectDrift(object(lines, keep), parseHostState(machine.observe()), "lb");
  const apply = (lines: string[], words = [keepWeights], seconds = "0") => {
    const argv = ["--generation", "new", kind, "apply", owner, seconds, ...words];
    const { status, stderr } = machine.run(argv, text(lines));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  };

  test("stays, and each preview names it", () => {
    apply(declared);
    machine.ipvsadm([repair]);
    const note = `real server 192.0.2.21:80${of} has weight 0, not 1: it stays so`;
    expect(verdict(declared)).toEqual({ fingerprint: "new", differences: [], notes: [note] });
    // Others come and go.
    apply([head, member(21), member(23)]);
    expect(machine.saved()).toEqual([head, member(21, 0), member(23)].sort());
    expect(verdict([head, member(21), member(23)])).toEqual({
      ...{ fingerprint: "new", differences: [], notes: [note] },
    });
    // What the program gives another weight keeps that of the hand; who has what we gave gets the other.
    apply([head, member(21, 3), member(23, 5)]);
    expect(machine.saved()).toEqual([head, member(21, 0), member(23, 5)].sort());
  });

  test("without being asked to is set, which the preview says", () => {
    apply(declared, []);
    machine.ipvsadm([repair]);
    expect(verdict(declared, "").differences).toEqual([
      `real server 192.0.2.21:80${of} has weight 0, not 1`,
    ]);
    apply(declared, []);
    expect(machine.saved()).toEqual(declared.toSorted());
  });

  test("is none that a drain has set which was cut off", () => {
    const cut = new IpvsMachine((program) =>
      program.replace("drain_wait() {", "drain_wait() {\n  exit 9"),
    );
    try {
      const run = (lines: string[]) => {
        const argv = ["--generation", "g", kind, "apply", owner, "30", keepWeights];
        return cut.run(argv, text(lines)).status;
      };
      expect(run(declared)).toBe(0);
      expect(run([head, member(22)])).toBe(9);
      expect(cut.saved()).toContain(member(21, 0));
      expect(run(declared)).toBe(0);
      expect(cut.saved()).toEqual(declared.toSorted());
    } finally {
      cut.close();
    }
  });
});

test("operations 18: keepWeights, and keepWeight of a member, reach the script and nothing else does", async () => {
  const create = async (service: object, one: object) => {
    const resources = await registered(() => {
      const lb = host();
      const director = new Director("director", { host: lb });
      const vip = new Vip("vip", { host: lb, address: "10.10.10.100" });
      const realServers = [
        new RealServer("a", { address: "10.10.10.2", ...one }),
        new RealServer("b", { address: "10.10.10.3" }),
      ];
      new IpvsService("web", { director, vip, port: 80, realServers, ...service });
    });
    return command(resources, "web-tcp-10.10.10.100-80").inputs.create;
  };
  expect(await create({}, {})).toMatch(/web-tcp-10\.10\.10\.100-80 30$/);
  expect(await create({ keepWeights: true }, {})).toMatch(
    / 30 '10\.10\.10\.2:80 10\.10\.10\.3:80'$/,
  );
  expect(await create({}, { keepWeight: true })).toMatch(/ 30 10\.10\.10\.2:80$/);
});

test("operations 18: keepalived sets weights itself, so they cannot be kept", async () => {
  const declare = (service: object, one: object) =>
    registered(() => {
      const lb = host();
      const director = new Director("director", { host: lb, engine: "keepalived" });
      const vip = new Vip("vip", { host: lb, address: "10.10.10.100" });
      const realServers = [new RealServer("a", { address: "10.10.10.2", ...one })];
      new IpvsService("web", { director, vip, port: 80, realServers, ...service });
    });
  await expect(declare({ keepWeights: true }, {})).rejects.toThrow(
    'IpvsService "web": keepWeights: needs a director with engine: "ipvsadm"',
  );
  await expect(declare({}, { keepWeight: true })).rejects.toThrow(
    'IpvsService "web": realServers[0] "a": keepWeight: needs a director with engine: "ipvsadm"',
  );
});

test("operations 18: ignoreChanges on a component is refused, with the way out", async () => {
  const ignoreChanges = ["weight"];
  await expect(
    registered(() => new RealServer("w1", { address: "10.10.10.2" }, { ignoreChanges })),
  ).rejects.toThrow(
    /RealServer "w1": ignoreChanges: weight of a component .* keepWeight of RealServer/,
  );
  await expect(
    registered(() => {
      const director = new Director("director", { host: host() });
      new IpvsTable("t", { director, services: [] }, { ignoreChanges });
    }),
  ).rejects.toThrow('IpvsTable "t": ignoreChanges: weight');
});
