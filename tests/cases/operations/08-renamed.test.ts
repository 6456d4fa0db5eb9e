import { RealProgram, sshOf } from "../../support/pulumi/program";
import { FakeSsh } from "../../support/ssh/fakeServer";

/** Renames with Pulumi itself, on a machine that says what is on it. */

const machine = new FakeSsh("lb");
const real = new RealProgram();
jest.setTimeout(300_000);
beforeAll(async () => {
  await machine.start();
  program();
  await real.project.pulumi("stack", "init", "prod");
});
afterAll(() => {
  machine.end();
  real.project.remove();
});

const lines = ["-A -t 192.0.2.100:80 -s rr", "-a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w 1"];
const address = ["address 192.0.2.100/24", "interface tbr"];
const tbr = { ifname: "tbr", flags: ["UP"], addr_info: [{ local: "192.0.2.100", prefixlen: 24 }] };

function program(service = "web", alias = "", host = "lb", project = "try"): void {
  real.write(
    [
      `const lb = host(${JSON.stringify(host)}, ${sshOf(machine)}, {}, ${host === "lb" ? "undefined" : `{ aliases: [{ name: "lb" }] }`});`,
      `const director = new lab.Director("director", { host: lb });`,
      `const vip = new lab.Vip("vip", { host: lb, address: "192.0.2.100" });`,
      `new lab.IpvsService("${service}", { director, vip, port: 80, scheduler: "rr", realServers: [`,
      `  new lab.RealServer("w1", { address: "192.0.2.21", forwarding: "gate" })] }, ${alias});`,
    ],
    project,
  );
}

/** The machine has all as these owners' now. */
function made(stack: string, service = "web"): void {
  const director = `${stack}/director`;
  machine.machine = {
    marks: [
      {
        kind: "director",
        key: director.replaceAll("/", ":"),
        owner: director,
        settings: ["packages ipvsadm nftables arping curl", "purge false"],
      },
      {
        kind: "address",
        key: "192.0.2.100:24@tbr",
        owner: `${stack}/vip-192.0.2.100`,
        settings: address,
      },
      {
        kind: "service",
        key: "-t 192.0.2.100:80",
        owner: `${stack}/${service}-tcp-192.0.2.100-80`,
        generation: machine.generations.get(`${stack}/${service}-tcp-192.0.2.100-80`),
        settings: lines,
      },
    ],
    services: lines,
    links: [tbr],
  };
}

test("operations 8.1: after a stack was renamed all is followed, and destroyed under its new name", async () => {
  const first = await real.up();
  expect(first).toEqual(expect.objectContaining({ status: 0 }));
  made("try/prod");
  machine.told();
  await real.project.pulumi("stack", "rename", "prod2");
  const { status, said, steps } = await real.preview();
  expect({ status, said }).toEqual({
    status: 0,
    said: expect.not.stringContaining("belongs to") as string,
  });
  expect(said).toContain(
    "what try/prod/web-tcp-192.0.2.100-80 has on lb becomes try/prod2/web-tcp-192.0.2.100-80's",
  );
  expect(steps.filter((step) => !step.startsWith("update "))).toEqual([]);
  const up = await real.up();
  expect(up.status).toBe(0);
  const ran = machine.ran.filter(({ command }) => command.includes(" apply "));
  for (const name of ["director", "vip-192.0.2.100", "web-tcp-192.0.2.100-80"]) {
    const one = ran.find(({ command }) => command.includes(` apply try/prod2/${name}`));
    expect(one?.command).toContain(` renamed from try/prod/${name}' `);
  }
  expect(machine.told().filter((line) => line.includes(" remove "))).toEqual([]);
});

test("operations 8.2: the same of a project", async () => {
  made("try/prod2");
  await real.project.pulumi("stack", "rename", "organization/newproj/prod2");
  program("web", "", "lb", "newproj");
  await real.project.pulumi("stack", "select", "prod2");
  const { status, said } = await real.preview();
  expect({ status, said }).toEqual({ status: 0, said });
  expect(said).toContain("what try/prod2/director has on lb becomes newproj/prod2/director's");
  expect((await real.up()).status).toBe(0);
});

test("operations 8.3: the same of a resource with an alias, and of a Host", async () => {
  made("newproj/prod2");
  machine.told();
  program("shop", `{ aliases: [{ name: "web" }] }`, "lb1", "newproj");
  const { status, said } = await real.preview();
  expect({ status, said }).toEqual({ status: 0, said });
  expect(said).toContain("what newproj/prod2/web-tcp-192.0.2.100-80 has on lb1 becomes newproj");
  expect((await real.up()).status).toBe(0);
  const told = machine.told();
  expect(told.filter((line) => line.includes(" remove "))).toEqual([]);
  expect(told).toContainEqual(
    expect.stringContaining("apply newproj/prod2/shop-tcp-192.0.2.100-80"),
  );
  made("newproj/prod2", "shop");
  // Nothing is left to do, and nothing is removed for the name that is gone.
  const after = await real.preview();
  expect(after.steps).toEqual([]);
  expect((await real.destroy()).status).toBe(0);
  expect(machine.told().filter((line) => line.includes(" remove "))).toEqual([
    expect.stringContaining("remove newproj/prod2/shop-tcp-192.0.2.100-80"),
    expect.stringContaining("remove newproj/prod2/"),
    expect.stringContaining("remove newproj/prod2/"),
  ]);
});
