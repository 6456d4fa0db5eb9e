import {
  BackendVm,
  Director,
  IpvsService,
  NetnsBackend,
  Proof,
  RealServer,
  Vip,
} from "../../../../components";
import { parseHostState } from "../../../../components/drift/hostState";
import { spec } from "../../../../components/host/kernel";
import { detectDrift } from "../../../../components/kinds/detectDrift";
import { command, registered } from "../../../support/pulumi/mocks";
import { FakeMachine } from "../../../support/shell/fakeMachine";
import { host } from "../../../support/workshop";

/** A backend whose web server is stopped on purpose: `running: false`. */

const machine = new FakeMachine();
afterAll(() => {
  machine.close();
});

const name = "backend-1";
const server = { server: "apache", instance: name, address: "10.10.10.2", port: "80", purge: "no" };
const owner = `ipvs-lab/dev/${name}-web`;
const page = "\npage\n";
const boot = `etc/systemd/system/multi-user.target.wants/ipvs-lab-${name}.service`;

test("a stopped server has all its files, is stopped and stays so at boot; nobody asks it", () => {
  machine.reset();
  const run = (words: Record<string, string>) =>
    machine.run(["webserver", "apply", owner], spec({ ...server, ...words }) + page);
  const systemctl = (calls: string[][]) => calls.filter(([tool]) => tool === "systemctl");
  expect(run({})).toMatchObject({ status: 0 });
  expect(machine.exists(boot)).toBe(true);

  const stopped = run({ running: "no" });
  expect(stopped).toMatchObject({ status: 0, stderr: "" });
  expect(systemctl(stopped.calls)).toContainEqual([
    "systemctl",
    "stop",
    `ipvs-lab-${name}.service`,
  ]);
  expect(stopped.calls.map(([tool]) => tool)).not.toContain("curl");
  expect(machine.exists(boot)).toBe(false);
  for (const file of [
    `var/lib/ipvs-lab/web/${name}/htdocs/index.html`,
    `etc/systemd/system/ipvs-lab-${name}.service`,
  ]) {
    expect(machine.exists(file)).toBe(true);
  }

  const runs = run({});
  expect(runs.calls.map(([tool]) => tool)).toContain("curl");
  expect(machine.exists(boot)).toBe(true);
});

/** What a machine says of the server. */
function seen(state: string, startsAtBoot: string) {
  return parseHostState(
    `@@ host\nname machine2\nboot b00t\n@@ marks
@ /var/lib/ipvs-lab/webserver/${name}\n= owner ${owner}\n= generation 3 new\n=${" "}
@@ links\n[]\n@@ namespaces\n@@ packages\napache2 installed\n@@ servers
${name} ${state} ${startsAtBoot} yes\n@@ tables\n@@ end\n`,
  );
}

test.each([
  ["inactive", "no", []],
  ["failed", "no", []],
  ["active", "no", [`ipvs-lab-${name}.service runs, and shall be stopped`]],
  ["inactive", "yes", [`ipvs-lab-${name}.service starts at boot, and shall be stopped`]],
])("one that shall be stopped and is %s, starting at boot: %s", (state, startsAtBoot, wrong) => {
  const desired = spec({ ...server, running: "no" });
  const object = { kind: "webserver", owner, desired, adopt: false };
  // What was last applied stands in the mark, and is compared.
  const observation = seen(state, startsAtBoot);
  observation.records.forEach((mark) => mark.settings.push(...desired.trim().split("\n")));
  expect(detectDrift(object, observation, "machine2").differences).toEqual(wrong);
});

/** A backend that is stopped beside one that runs. */
async function lab(running: boolean | undefined, scheduler: "rr" | "wlc" = "rr") {
  return registered(() => {
    const machine1 = host();
    const director = new Director("director", { host: machine1 });
    const one = new BackendVm("one", { host: machine1, page: "1", running });
    const place = { namespace: "ns-2", address: "10.10.10.3" };
    const other = new NetnsBackend("other", { host: machine1, ...place, page: "2" });
    const vip = new Vip("vip", { host: machine1, address: "10.10.10.100" });
    const realServers = [one, other].map((backend, i) => new RealServer(`r${i}`, { backend }));
    const service = new IpvsService("s", { director, vip, port: 80, scheduler, realServers });
    new Proof("proof", { service, clients: [machine1] });
  });
}

const stdin = async (resources: ReturnType<typeof lab>, of: string) =>
  String(command(await resources, of).inputs.stdin);

test("a backend that runs has nothing new in what is sent, nor in its resource", async () => {
  expect(await stdin(lab(true), "one-web")).not.toContain("running");
  expect(await stdin(lab(false), "one-web")).toContain("running no\n");
  const inputs = (await lab(true)).find((r) => r.name === "one")?.inputs;
  expect(inputs).not.toHaveProperty("running");
  expect((await lab(false)).find((r) => r.name === "one")?.inputs).toMatchObject({
    running: false,
  });
});

test("a proof asks for no answers of a backend that is stopped, and for those of the others", async () => {
  expect(await stdin(lab(undefined), "proof-machine1")).toMatch(/\n\nr0\t1\nr1\t2\n$/);
  expect(await stdin(lab(false), "proof-machine1")).toMatch(/\n\nr1\t2\n$/);
});

test("with least connections one that answers nothing may get all, so nothing is asked", async () => {
  expect(await stdin(lab(undefined, "wlc"), "proof-machine1")).toMatch(/\n\nr0\t1\nr1\t2\n$/);
  expect(await stdin(lab(false, "wlc"), "proof-machine1")).toMatch(/\n\n$/);
});

test("a backend whose turns others have had is asked for some more, and what is shown is as ever", () => {
  machine.reset();
  const asked = `${spec({ url: "http://10.10.10.100:80/", requests: "2" })}\nr0\t1\nr1\t2\n`;
  expect(machine.run(["proof", "read", "p/s/n"], asked, { BODY: "1", LATER: "2" })).toMatchObject({
    status: 0,
    stdout: "1\n1\n",
  });
  machine.reset();
  expect(machine.run(["proof", "read", "p/s/n"], asked, { BODY: "1" })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/r1 never answered in 2 requests .*, nor in 30 more/) as string,
  });
});

test("requests that are lost do not make a proof fail; one that runs and never answers does", () => {
  machine.reset();
  const asked = `${spec({ url: "http://10.10.10.100:80/", requests: "2" })}\n`;
  const lost = { FAILS: "curl: (7) Failed to connect to 10.10.10.100 port 80 after 12 ms: No\n" };
  const line = "no answer: curl: (7) Failed to connect to 10.10.10.100 port 80: No\n";
  expect(machine.run(["proof", "read", "p/s/n"], asked, lost)).toMatchObject({
    status: 0,
    stdout: line + line,
  });
  expect(machine.run(["proof", "read", "p/s/n"], `${asked}r1\t2\n`, lost)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("r1 never answered in 2 requests") as string,
  });
});
