import { readPassed } from "../../../report/passedDirector";
import { Machine } from "../../../report/testbed/machine";
import { Testbed } from "../../../report/testbed/testbed";

/** What ipvsadm 1.31 prints. */
const printed = (
  counters: string,
) => `Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  10.116.0.1:8081                ${counters}
  -> 10.80.2.11:8081                ${counters}
`;

let answers: Record<string, string[]>;
let reads: number;

beforeEach(() => {
  reads = 0;
  jest.spyOn(Machine.prototype, "build").mockResolvedValue();
  jest.spyOn(Machine.prototype, "listen").mockResolvedValue();
  jest.spyOn(Machine.prototype, "run").mockImplementation((_node, argv) => {
    const service = argv.join(" ").replace("ipvsadm -Ln --stats --exact -t ", "");
    const [next = "", ...later] = answers[service] ?? [];
    if (answers[service]) {
      reads++;
      answers[service] = later.length > 0 ? later : [next];
    }
    return Promise.resolve({ code: 0, stdout: answers[service] ? printed(next) : "", stderr: "" });
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function passed(connections: number) {
  const machine = new Machine({ file: "true", args: [] });
  const services: [string, string][] = Object.keys(answers).map((address) => [address, address]);
  const read = await readPassed(await Testbed.build(machine), services, connections, 0);
  await machine.end();
  return Object.fromEntries(read);
}

test("the counters of each service are divided by its own connections", async () => {
  answers = {
    masquerade: ["     150      900      751    59400 12345678901"],
    gate: ["     150      900        0    59400        0"],
  };
  expect(await passed(150)).toEqual({
    masquerade: {
      total: {
        ...{ connections: 150, packetsIn: 900, packetsOut: 751 },
        ...{ bytesIn: 59400, bytesOut: 12345678901 },
      },
      perRequest: { packetsIn: 6, packetsOut: 5.01, bytesIn: 396, bytesOut: 82304526.01 },
    },
    gate: {
      total: { connections: 150, packetsIn: 900, packetsOut: 0, bytesIn: 59400, bytesOut: 0 },
      perRequest: { packetsIn: 6, packetsOut: 0, bytesIn: 396, bytesOut: 0 },
    },
  });
  expect(reads).toBe(2);
});

test("counters that do not have all connections yet are read again, and not for ever", async () => {
  answers = { late: ["0 0 0 0 0", "149 894 0 1 0", "150 900 0 59400 0"] };
  expect((await passed(150)).late?.total).toMatchObject({ connections: 150, packetsIn: 900 });
  expect(reads).toBe(3);
  answers = { short: ["149 894 0 1 0"] };
  expect((await passed(150)).short?.total.connections).toBe(149);
  expect(reads).toBe(3 + 4);
});

test("a service of which the kernel counted nothing has no numbers", async () => {
  answers = { still: ["0 0 0 0 0"] };
  expect(await passed(150)).toEqual({});
});
