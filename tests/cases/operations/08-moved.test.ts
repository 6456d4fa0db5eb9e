import { RealProgram, sshOf } from "../../support/pulumi/program";
import { FakeSsh } from "../../support/ssh/fakeServer";

/** Components that move into another one, and renamed stacks of keepalived, with Pulumi itself. */

const machine = new FakeSsh("lb");
const real = new RealProgram();
jest.setTimeout(300_000);
beforeAll(async () => {
  await machine.start();
  program("ipvsadm");
  await real.project.pulumi("stack", "init", "prod");
});
afterAll(() => {
  machine.end();
  real.project.remove();
});

/** The same components, in none or in a component of the program's own. */
function program(engine: string, outer?: "Shop"): void {
  const child = outer === undefined ? "undefined" : "{ parent: outer }";
  real.write([
    `class Shop extends pulumi.ComponentResource { constructor() { super("my:index:Shop", "shop"); } }`,
    ...(outer === undefined ? [] : ["const outer = new Shop();"]),
    `const lb = host("lb", ${sshOf(machine)}, {}, ${child});`,
    `const director = new lab.Director("director", { host: lb, engine: "${engine}" }, ${child});`,
    `const vip = new lab.Vip("vip", { host: lb, address: "192.0.2.100" }, ${child});`,
    `new lab.IpvsService("web", { director, vip, port: 80, scheduler: "rr", realServers: [{ address: "192.0.2.21" }] }, ${child});`,
  ]);
}

const service = "web-tcp-192.0.2.100-80";
const lines = ["-A -t 192.0.2.100:80 -s rr", "-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 1"];

/** The machine has what the last update made. */
function made(owner = "try/prod"): void {
  const mark = (kind: string, key: string, name: string, settings: string[]) => ({
    ...{ kind, key, owner: `${owner}/${name}`, settings },
    generation: machine.generations.get(`${owner}/${name}`),
  });
  machine.machine = {
    marks: [
      mark("director", `${owner}/director`.replaceAll("/", ":"), "director", [
        "packages ipvsadm nftables arping curl",
        "purge false",
      ]),
      mark("address", "192.0.2.100:24@tbr", "vip-192.0.2.100", [
        "address 192.0.2.100/24",
        "interface tbr",
      ]),
      mark("service", "-t 192.0.2.100:80", service, lines),
    ],
    services: lines,
    links: [{ ifname: "tbr", flags: ["UP"], addr_info: [{ local: "192.0.2.100", prefixlen: 24 }] }],
  };
}

test("operations 8: components that move into another one keep what they have, without an alias", async () => {
  expect(await real.up()).toEqual(expect.objectContaining({ status: 0 }));
  made();
  machine.told();
  program("ipvsadm", "Shop");
  const { status, said, steps } = await real.preview();
  expect({ status, said }).toEqual({ status: 0, said });
  expect(said).toContain(
    "moved from IpvsService to Shop/IpvsService in the program; what it has on lb stays as it is",
  );
  // Only components are made and removed, which are nothing on the machine.
  expect(steps.filter((step) => step.includes("-"))).toEqual([]);
  expect((await real.up()).status).toBe(0);
  expect(machine.told().filter((line) => / (remove|uninstall)/.test(line))).toEqual([]);
  made();
  const after = await real.preview();
  // (The machine does not have the director's packages.)
  expect(after.steps).toEqual(["update director"]);
  expect(after.said).not.toContain("moved");
  // And back again.
  program("ipvsadm");
  expect((await real.up()).status).toBe(0);
  expect(machine.told().filter((line) => / (remove|uninstall)/.test(line))).toEqual([]);
  expect((await real.destroy()).status).toBe(0);
  const removed = machine.told().filter((line) => / (remove|uninstall)/.test(line));
  // The address and the director do not wait for each other.
  expect(removed.map((line) => line.split(" ").slice(0, 3).join(" ")).sort()).toEqual([
    "address remove try/prod/vip-192.0.2.100",
    "director remove try/prod/director",
    "host uninstall",
    `service remove try/prod/${service}`,
  ]);
});

test("operations 8: a director's keepalived keeps its name when the stack is renamed", async () => {
  program("keepalived");
  machine.machine = {};
  expect(await real.up()).toEqual(expect.objectContaining({ status: 0 }));
  machine.told();
  await real.project.pulumi("stack", "rename", "prod2");
  const { status, steps } = await real.preview();
  expect(status).toBe(0);
  expect(steps.filter((step) => !step.startsWith("update "))).toEqual([]);
  expect((await real.up()).status).toBe(0);
  const told = machine.told();
  expect(told.filter((line) => line.includes(" remove "))).toEqual([]);
  expect(told).toContain(
    `keepalivedservice apply try/prod2/${service} try-prod-director tcp-192.0.2.100-80 30`,
  );
});
