import { RealProgram, sshOf } from "../../../../support/pulumi/program";
import { FakeSsh } from "../../../../support/ssh/fakeServer";

/** What is added to the options of Commands, with Pulumi itself, on machines that note what they are told. */

const [first, second] = [new FakeSsh("first"), new FakeSsh("second")];
const real = new RealProgram();
jest.setTimeout(300_000);
beforeAll(async () => {
  await Promise.all([first.start(), second.start()]);
  real.write([...noted, ...vips()]);
  await real.project.pulumi("stack", "init", "prod");
});
afterAll(() => {
  first.end();
  second.end();
  real.project.remove();
});

// Nothing else tells how often the engine calls back.
const noted = [
  `const settings = require("@pulumi/pulumi/runtime/settings");`,
  `const getCallbacks = settings.getCallbacks;`,
  `settings.getCallbacks = () => { console.error("calls back"); return getCallbacks(); };`,
];
const vips = () => [
  `new lab.Vip("one", { host: host("lb", ${sshOf(first)}), address: "192.0.2.100" });`,
  `new lab.Vip("two", { host: host("lb2", ${sshOf(second)}), address: "192.0.2.101" });`,
];
const balancer = () => [
  `const director = { ssh: { ...${sshOf(second)}, privateKey }, interface: "tbr", address: "192.0.2.10/24" };`,
  `const args = { director, virtualAddress: "192.0.2.102", port: 80, realServers: [], url: undefined, lines: undefined };`,
  `const web = new pulumi.ComponentResource("ipvs-lab:index:LoadBalancer", "web", args, {}, true);`,
  // Registered after the plugin's first call has ended.
  `new pulumi.ComponentResource("ipvs-lab:index:LoadBalancer", "later", { ...args, port: 81, virtualAddress: "192.0.2.103" }, { dependsOn: [web] }, true);`,
];

test("where nothing is added, the engine calls back for no Command", async () => {
  expect((await real.up()).status).toBe(0);
  const { status, steps, said } = await real.preview();
  expect({ status, steps }).toEqual({ status: 0, steps: [] });
  expect(said).not.toContain("calls back");
});

test("of a machine that cannot be reached Commands stay as they are, in a program as in a plugin", async () => {
  real.write([...noted, ...vips(), ...balancer()]);
  expect((await real.up()).status).toBe(0);
  second.end();
  const { status, steps, said } = await real.preview();
  expect({ status, steps }).toEqual({ status: 0, steps: [] });
  expect(said).toContain("lb2 cannot be looked at, so what is on it is taken to be as it was");
  expect(said).toContain("web-director cannot be looked at");
  expect(said).toContain("calls back");
});
