import { RealProgram, sshOf } from "../../support/pulumi/program";
import { FakeSsh } from "../../support/ssh/fakeServer";

/** Another machine under the name of a Host, with Pulumi itself, on machines that note what they are told. */

const [first, second] = [new FakeSsh("first"), new FakeSsh("second")];
const real = new RealProgram();
jest.setTimeout(300_000);
beforeAll(async () => {
  await Promise.all([first.start(), second.start()]);
  program(first);
  await real.project.pulumi("stack", "init", "prod");
});
afterAll(() => {
  first.end();
  second.end();
  real.project.remove();
});

function program(machine: FakeSsh, args = "{}"): void {
  real.write([
    `const lb = host("lb", ${sshOf(machine)}, ${args});`,
    `new lab.Vip("vip", { host: lb, address: "192.0.2.100" });`,
  ]);
}

const removed = "address remove try/prod/vip-192.0.2.100";
const replaced = ["lb-tools", "vip-192.0.2.100"];

test("operations 19b: another machine under an old name is another: the old one is cleaned first", async () => {
  expect((await real.up()).status).toBe(0);
  first.told();
  program(second);
  const { status, said, steps } = await real.preview();
  expect(status).toBe(0);
  expect(said).toContain(
    `lb was another machine (127.0.0.1:${first.ssh.port}): what is on that one is removed first, then made on 127.0.0.1:${second.ssh.port}`,
  );
  for (const name of replaced) {
    expect(steps.filter((step) => step.endsWith(` ${name}`)).join()).toMatch(/replace/);
  }
  const up = await real.up();
  expect({ status: up.status, said: up.said }).toEqual({ status: 0, said: up.said });
  expect(first.told()).toEqual([removed, expect.stringContaining("host uninstall")]);
  expect(second.told()).toContainEqual(
    expect.stringContaining("address apply try/prod/vip-192.0.2.100"),
  );
  expect((await real.preview()).steps).toEqual([]);
});

test("operations 19b: an old machine that cannot be reached stops the preview, with the way out", async () => {
  const { port } = second.ssh;
  program(first);
  second.end();
  const { status, said } = await real.preview();
  expect(status).not.toBe(0);
  expect(said).toContain(
    `Host "lb": it was another machine (127.0.0.1:${port}), which has to be cleaned before`,
  );
  expect(said).toContain('previousMachine: "gone"');
  program(first, `{ previousMachine: "gone" }`);
  const gone = await real.preview();
  expect(gone.status).toBe(0);
  expect(gone.steps.join()).not.toMatch(/replace|delete/);
});
