import { join } from "node:path";
import { esModules } from "../../../support/evaluate";
import { RealProgram, sshOf } from "../../../support/pulumi/program";
import { FakeSsh } from "../../../support/ssh/fakeServer";

/** What Pulumi itself says of a machine that differs, and of a program that does. */

const machine = new FakeSsh("lb");
const real = new RealProgram();
jest.setTimeout(300_000);
beforeAll(async () => {
  await machine.start();
  program("rr");
  await real.project.pulumi("stack", "init", "prod");
});
afterAll(() => {
  machine.end();
  real.project.remove();
});

function program(scheduler: string): void {
  real.write([
    `const lb = host("lb", ${sshOf(machine)});`,
    `const director = new lab.Director("director", { host: lb });`,
    `new lab.IpvsTable("web", { director, services: [{ address: "192.0.2.100", port: 80, scheduler: "${scheduler}", realServers: [{ address: "192.0.2.21" }] }] });`,
  ]);
}

const lines = ["-A -t 192.0.2.100:80 -s rr", "-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 1"];

/** The machine has what the last update made, and these services. */
function made(services: string[]): void {
  const mark = (kind: string, name: string, settings: string[]) => ({
    ...{ kind, key: `try:prod:${name}`, owner: `try/prod/${name}`, settings },
    generation: machine.generations.get(`try/prod/${name}`),
  });
  const stdin = machine.ran.find(({ command }) => command.includes("director apply"))?.stdin ?? "";
  machine.machine = {
    marks: [
      mark("director", "director", stdin.trim().split("\n")),
      mark("servicetable", "web", lines),
    ],
    services,
  };
}

async function watch(options: object = {}) {
  const all = { stack: "prod", folder: real.project.folder, repair: false, json: true, ...options };
  const script = join(__dirname, "../../../support/drift/watch.mts");
  const run = await real.project.run("node", esModules, script, JSON.stringify(all));
  return { status: run.status, ...(JSON.parse(run.stdout) as { new: object[]; outcome: string }) };
}

test("drift is told from a change of the program, and is repaired", async () => {
  expect((await real.up()).status).toBe(0);
  made(lines);
  const others = (await watch()).new.filter(
    (one) => !JSON.stringify(one).includes("not installed"),
  );
  expect(others).toEqual([]);

  made([lines[0] ?? "", lines[1]?.replace("-w 1", "-w 5") ?? ""]);
  const drift = {
    what: "drift",
    resource: "command:remote:Command web",
    text: "real server 192.0.2.21:80 of -t 192.0.2.100:80 has weight 5, not 1: up sets it",
  };
  const drifted = await watch();
  expect(drifted).toMatchObject({ status: 2, outcome: "differs" });
  expect(drifted.new).toContainEqual(drift);
  machine.told();
  expect(await watch({ repair: true })).toMatchObject({ status: 0, repaired: true });
  expect(machine.told()).toContain("servicetable apply try/prod/web 30");

  program("wrr");
  const changed = await watch({ repair: true });
  expect(changed.status).toBe(2);
  expect(changed.new).toContainEqual({
    ...{ what: "change", resource: "command:remote:Command web" },
    text: expect.stringMatching(/^~ update (create, )?stdin/) as string,
  });
  expect(machine.told()).toEqual([]);
});
