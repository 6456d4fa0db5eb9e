import { IpvsTable, Director } from "../../../components";
import { allowedForwarding } from "../../../policy/forwarding";
import { minimumMembers, weightRange } from "../../../policy/members";
import { allowedPorts } from "../../../policy/ports";
import { allowedSchedulers, noDefeatedPersistence } from "../../../policy/scheduling";
import { ask, Sent } from "../../support/askPolicy";
import { registered } from "../../support/pulumi/mocks";
import { host } from "../../support/workshop";

/** A table as policies see it: by its summary. */
let table: Sent;

beforeAll(async () => {
  const resources = await registered(() => {
    const director = new Director("d", { host: host() });
    const services = [
      { address: "10.0.0.1", port: 80, realServers: [{ address: "10.1.0.1", weight: 9 }] },
      {
        ...({ address: "10.0.0.1", port: 81, scheduler: "sh", persistence: {} } as const),
        realServers: [1, 2, 3].map((n) => ({
          ...{ address: `10.1.0.${n}`, forwarding: "ipip" as const },
        })),
      },
    ];
    return new IpvsTable("t", { director, services });
  });
  const [found] = resources.filter(({ type }) => type === "ipvs-lab:index:IpvsTable");
  table = { type: found?.type ?? "", name: "t", props: found?.inputs ?? {} };
});

test("a table's schedulers, forwarding, ports, members and weights are seen", () => {
  expect(ask(allowedSchedulers, table, { schedulers: ["sh"] })).toEqual([
    'IpvsTable "t": scheduler "wlc" is not allowed; allowed is sh.',
  ]);
  expect(ask(noDefeatedPersistence, table)).toEqual([
    expect.stringContaining('IpvsTable "t": persistence with scheduler "sh" is not allowed'),
  ]);
  expect(ask(allowedForwarding, table, { methods: ["masquerade"] })).toEqual([
    'IpvsTable "t": forwarding "ipip" is not allowed; allowed is masquerade.',
  ]);
  expect(ask(allowedPorts, table, { ports: [80] })).toEqual([
    'IpvsTable "t": ports "80-81" is not allowed; allowed is 80.',
  ]);
  expect(ask(minimumMembers, table)).toEqual([
    'IpvsTable "t": members: 1 with a weight above 0 is not enough; allowed are 2 or more.',
  ]);
  expect(ask(weightRange, table, { min: 1, max: 8 })).toEqual([
    'IpvsTable "t": weight 9 is not allowed; allowed is 1 to 8.',
  ]);
});

test("a table within the rules passes", () => {
  const rules = [allowedSchedulers, allowedForwarding, allowedPorts, weightRange];
  expect(rules.flatMap((policy) => ask(policy, table))).toEqual([]);
});
