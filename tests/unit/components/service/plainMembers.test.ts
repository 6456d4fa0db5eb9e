import { RealProgram, sshOf } from "../../../support/pulumi/program";
import { FakeSsh } from "../../../support/ssh/fakeServer";

const machine = new FakeSsh("lb");
const real = new RealProgram();
jest.setTimeout(180_000);
beforeAll(async () => {
  await machine.start();
});
afterAll(() => {
  machine.end();
  real.project.remove();
});

function program(member: string): void {
  real.write([
    `const lb = host("lb", ${sshOf(machine)});`,
    `const director = new lab.Director("director", { host: lb });`,
    `const vip = new lab.Vip("vip", { host: lb, address: "192.0.2.100" });`,
    `const realServers = [${member}];`,
    `new lab.IpvsService("web", { director, vip, port: 80, scheduler: "rr", realServers });`,
  ]);
}

test("a RealServer that becomes plain values only leaves the state: nothing runs on the machine", async () => {
  program(`new lab.RealServer("w1", { address: "192.0.2.21", weight: 2 })`);
  await real.project.pulumi("stack", "init", "prod");
  expect(await real.up()).toMatchObject({ status: 0 });
  const owners = {
    ...{ director: "try/prod/director", vip: "try/prod/vip-192.0.2.100" },
    web: "try/prod/web-tcp-192.0.2.100-80",
  };
  const services = ["-A -t 192.0.2.100:80 -s rr", "-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 2"];
  const address = ["address 192.0.2.100/24", "interface tbr"];
  const packages = ["packages ipvsadm nftables arping curl", "purge false"];
  machine.machine = {
    marks: [
      {
        ...{ kind: "director", key: "try:prod:director", owner: owners.director },
        ...{ settings: packages, generation: machine.generations.get(owners.director) },
      },
      {
        ...{ kind: "address", key: "192.0.2.100:24@tbr", owner: owners.vip },
        ...{ settings: address, generation: machine.generations.get(owners.vip) },
      },
      {
        ...{ kind: "service", key: "-t 192.0.2.100:80", owner: owners.web },
        ...{ settings: services, generation: machine.generations.get(owners.web) },
      },
    ],
    services,
    links: [
      {
        ...{ ifname: "tbr", flags: ["UP"] },
        addr_info: [{ local: "192.0.2.100", prefixlen: 24 }],
      },
    ],
  };
  // What this fake machine lacks of a real one is drift before and after.
  const { steps: drift } = await real.preview();
  expect(drift.filter((step) => !step.endsWith(" director"))).toEqual([]);
  machine.told();
  program(`{ address: "192.0.2.21", weight: 2 }`);
  const { steps, status } = await real.up();
  const own = steps.filter((step) => !drift.includes(step)).sort();
  expect({ status, own }).toEqual({ status: 0, own: ["delete w1", "update web"] });
  expect(machine.told().filter((line) => line.includes("web-tcp"))).toEqual([]);
});
