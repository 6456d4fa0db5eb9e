import { RealProgram, sshOf } from "../../../support/pulumi/program";
import { FakeSsh } from "../../../support/ssh/fakeServer";

/** Tables whose director changes its engine, with Pulumi itself. */

const machine = new FakeSsh("lb");
const real = new RealProgram();
jest.setTimeout(300_000);
beforeAll(async () => {
  await machine.start();
  program("ipvsadm");
  await real.project.pulumi("stack", "init", "dev");
});
afterAll(() => {
  machine.end();
  real.project.remove();
});

function program(engine: "ipvsadm" | "keepalived", director = "director"): void {
  real.write([
    `const lb = host("lb", ${sshOf(machine)});`,
    `const director = new lab.Director("${director}", { host: lb, engine: "${engine}" });`,
    `new lab.IpvsTable("shops", { director, services: [{ address: "192.0.2.100", port: 80, realServers: [{ address: "192.0.2.21" }] }] });`,
  ]);
}

/** The steps that concern the table, and what its calls on the machine are. */
async function updated(): Promise<{ steps: string[]; told: string[] }> {
  const { status, said, steps } = await real.up();
  expect(status === 0 ? "" : said).toBe("");
  return {
    steps: steps.filter((step) => step.endsWith(" shops")),
    told: machine.told().filter((line) => line.includes("/shops")),
  };
}

test("a table goes on in place when its director changes its engine, and so it does afterwards", async () => {
  program("ipvsadm");
  expect((await updated()).told).toEqual(["servicetable apply try/dev/shops 30"]);
  program("keepalived");
  const checked = "keepalivedtable apply try/dev/shops try-dev-director table-shops 30";
  expect(await updated()).toEqual({ steps: ["update shops"], told: [checked] });
  expect(await updated()).toEqual({ steps: [], told: [] });
  program("ipvsadm");
  expect(await updated()).toEqual({
    steps: ["update shops"],
    told: ["servicetable apply try/dev/shops 30"],
  });
});

test("with another keepalived it is another table", async () => {
  program("keepalived");
  await updated();
  program("keepalived", "other");
  const { steps, told } = await updated();
  expect(steps).toContain("replace shops");
  expect(told).toEqual([
    "keepalivedtable remove try/dev/shops try-dev-director table-shops 30",
    "keepalivedtable apply try/dev/shops try-dev-other table-shops 30",
  ]);
});
