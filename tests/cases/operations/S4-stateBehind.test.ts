import { parseHostState } from "../../../components/drift/hostState";
import { Declared, detectDrift } from "../../../components/kinds/detectDrift";
import { text, verdict } from "../../support/hostState";
import { IpvsMachine } from "../../support/shell/ipvsMachine";

const member = (weight: number) => `-a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w ${weight}`;
const service = (weight: number) => ["-A -t 192.0.2.100:80 -s rr", member(weight)];

/** For each kind two states that it can be in. */
const kinds: [kind: string, key: string, one: string[], other: string[]][] = [
  ["service", "-t 192.0.2.100:80", service(1), service(3)],
  ["keepalivedservice", "-t 192.0.2.100:80", service(1), service(3)],
  ["servicetable", "p:s:x", service(1), service(3)],
  ["director", "p:s:x", ["packages ipvsadm"], ["packages ipvsadm", "sysctls conntrack=1"]],
  [
    "firewallmark",
    "7@192.0.2.100",
    ["mark 7", "vip 192.0.2.100", "protocol tcp", "ports 443"],
    ["mark 7", "vip 192.0.2.100", "protocol tcp", "ports 80"],
  ],
  ["nat", "192.0.2.100", ["vip 192.0.2.100", "network 192.0.2.0/24"], ["vip 192.0.2.100"]],
  ["netns", "n", ["namespace n", "gateway 192.0.2.1"], ["namespace n", "gateway 192.0.2.2"]],
  ["realserver", "p:s:x", ["vip 192.0.2.100", "port 1"], ["vip 192.0.2.100", "port 2"]],
  ["webserver", "n1", ["instance n1", "port 80"], ["instance n1", "port 81"]],
  ["keepalived", "d", ["instance d", "purge false"], ["instance d", "purge true"]],
];

describe.each(kinds)("operations S4: a %s whose state is behind the machine", (...args) => {
  const [kind, key, one, other] = args;
  const object: Declared = { kind, owner: "p/s/x", desired: text(one), adopt: false };
  const machine = {
    marks: [{ kind, key, owner: "p/s/x", settings: other }],
    services: kind.includes("service") ? other : [],
  };

  test("gets another fingerprint than the machine's, so that it is updated", () => {
    const { fingerprint } = verdict(object, machine);
    expect(fingerprint).not.toBe("g new");
    // Preview and up agree.
    expect(verdict(object, machine).fingerprint).toBe(fingerprint);
  });

  test("is named where the state has what is declared: its update is one that was lost", () => {
    const recorded = { owner: "p/s/x", stdin: text(one) };
    const { differences } = verdict({ ...object, stdin: text(one), recorded }, machine);
    expect(differences.length).toBeGreaterThan(0);
    // An ordinary change is no drift.
    const before = { owner: "p/s/x", stdin: text(other) };
    const { differences: ordinary } = verdict(
      { ...object, stdin: text(one), recorded: before },
      machine,
    );
    const { differences: drift } = verdict({ ...object, desired: text(other) }, machine);
    expect(ordinary).toEqual(drift);
  });

  test("is at rest once it has been made", () => {
    const { fingerprint } = verdict(object, machine);
    const made = {
      ...machine,
      marks: [{ kind, key, owner: "p/s/x", generation: fingerprint, settings: one }],
    };
    const atRest = { ...made, services: made.services.length > 0 ? one : [] };
    const { differences, fingerprint: again } = verdict(object, atRest);
    // What is missing on this machine beside the mark is drift, which has a fingerprint of its own.
    expect(again === fingerprint || differences.length > 0).toBe(true);
    expect(verdict({ ...object, desired: text(other) }, atRest).fingerprint).not.toBe(fingerprint);
  });
});

test("operations S4, review 4: weight 3 on the machine and 1 declared is said in words", () => {
  const desired = text(service(1));
  const recorded = { owner: "p/s/x", stdin: desired };
  const object = { kind: "service", owner: "p/s/x", desired, stdin: desired, recorded };
  const marks = [
    { kind: "service", key: "-t 192.0.2.100:80", owner: "p/s/x", settings: service(3) },
  ];
  const { differences, fingerprint } = verdict(object, { marks, services: service(3) });
  expect(differences).toEqual(["real server 192.0.2.21:80 has weight 3, not 1"]);
  expect(fingerprint).toMatch(/ real server 192\.0\.2\.21:80 has weight 3, not 1$/);
});

test("operations S4: a page or a file behind the settings counts, too", () => {
  const desired = text(["instance n1", "port 80"]);
  const marks = [
    { kind: "webserver", key: "n1", owner: "p/s/x", settings: ["instance n1", "port 80"] },
  ];
  const object = { kind: "webserver", owner: "p/s/x", desired, stdin: `${desired}\nnew page` };
  const recorded = { owner: "p/s/x", stdin: `${desired}\nold page` };
  expect(verdict({ ...object, recorded }, { marks }).fingerprint).not.toBe("g new");
  expect(
    verdict({ ...object, recorded: { ...recorded, stdin: object.stdin } }, { marks }),
  ).toHaveProperty("fingerprint", expect.stringMatching(/ipvs-lab-n1|g new/));
});

test("operations S4: a table whose members stay on the machine is known by its digest", () => {
  const machine = new IpvsMachine();
  try {
    const judged = (lines: string[]) =>
      detectDrift(
        { kind: "servicetable", owner: "p/s/x", desired: text(lines), adopt: false },
        parseHostState(machine.observe()),
        "lb",
      );
    machine.apply("servicetable", "p/s/x", service(3));
    expect(judged(service(3))).toEqual({ fingerprint: "new", differences: [] });
    const { fingerprint } = judged(service(1));
    expect(fingerprint).not.toBe("new");
    machine.apply("servicetable", "p/s/x", service(1), { generation: fingerprint });
    expect(judged(service(1))).toEqual({ fingerprint, differences: [] });
  } finally {
    machine.close();
  }
});
