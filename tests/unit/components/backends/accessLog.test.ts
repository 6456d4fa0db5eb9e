import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BackendVm,
  Director,
  IpvsService,
  NetnsBackend,
  Proof,
  RealServer,
  Vip,
} from "../../../../components";
import { spec } from "../../../../components/host/kernel";
import { command, registered } from "../../../support/pulumi/mocks";
import { FakeMachine } from "../../../support/shell/fakeMachine";
import { host } from "../../../support/workshop";

/** Backends that log their clients: `accessLog: true`. */

const machine = new FakeMachine();
afterAll(() => {
  machine.close();
});

const web = "var/lib/ipvs-lab/web/one";
const log = [
  "10.10.10.4 10.10.10.100 200 [x]",
  "10.10.10.2 10.10.10.2 200 [its own check]",
  "10.10.10.1 10.10.10.100 200 [x]",
  "10.10.10.4 10.10.10.100 404 [x]",
];

function lab(accessLog: boolean) {
  return () => {
    const machine1 = host();
    const director = new Director("director", { host: machine1 });
    const machine2 = host("machine2", "10.10.10.2/24");
    const one = new BackendVm("one", { host: machine2, page: "1", accessLog });
    const place = { host: machine1, namespace: "ns-two", address: "10.10.10.3" };
    const two = new NetnsBackend("two", { ...place, page: "2", accessLog });
    const service = new IpvsService("web", {
      ...{ director, port: 80, scheduler: "rr" },
      vip: new Vip("vip", { host: machine1, address: "10.10.10.100" }),
      realServers: [one, two].map(
        (backend) => new RealServer(backend.explanation.name, { backend }),
      ),
    });
    new Proof("proof", { service, clients: [machine2] });
  };
}

test.each([
  ["apache", /^CustomLog \S+\/web\/one\/access\.log "%h %{Host}i %>s %t"$/m],
  ["nginx", /^ {2}access_log \S+\/web\/one\/access\.log ipvs_lab;$/m],
])("%s writes a log if it shall, and none otherwise", (server, line) => {
  machine.reset();
  const words = { server, instance: "one", address: "10.10.10.2", port: "80", purge: "no" };
  const configuration = (more: Record<string, string>) => {
    const input = `${spec({ ...words, ...more })}\npage\n`;
    expect(machine.run(["webserver", "apply", "p/s/one"], input)).toMatchObject({ status: 0 });
    return machine.read(`${web}/${server}.conf`).toString();
  };
  expect(configuration({})).not.toContain("access.log");
  expect(configuration({ log: "yes" })).toMatch(line);
});

test("clients are counted by those requests alone that asked for the service", () => {
  machine.reset();
  mkdirSync(machine.path(web), { recursive: true });
  writeFileSync(join(machine.path(web), "access.log"), `${log.join("\n")}\n`);
  const input = `${spec({ instance: "one", asked: "10.10.10.100" })}\n`;
  expect(machine.run(["traffic", "read", "p/s/n"], input)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("10.10.10.1 1\n10.10.10.4 2\n") as string,
  });
});

test("a proof reads the logs and the director's counters after its requests", async () => {
  const resources = await registered(lab(true));
  expect(command(resources, "one-web").inputs.stdin).toContain("log yes\n");
  const clients = command(resources, "proof-clients-two");
  expect(clients.inputs.stdin).toContain("instance two\nasked 10.10.10.100\n");
  expect(clients.dependencies).toContain("proof-machine2");
  expect(command(resources, "proof-passed").inputs.stdin).toContain(
    "counters -t 10.10.10.100:80\n",
  );
});

test("without logs nothing is different from before there were any", async () => {
  const resources = await registered(lab(false));
  const names = resources.map(({ name }) => name);
  expect(names.filter((name) => /clients|passed/.test(name))).toEqual([]);
  expect(command(resources, "one-web").inputs.stdin).not.toContain("log");
});
