import { parseHostState } from "../../../components/drift/hostState";
import { detectDrift } from "../../../components/kinds/detectDrift";
import { Sandbox } from "../../support/kernel/sandbox";

const sandbox = new Sandbox();
jest.setTimeout(300_000);
beforeAll(() => sandbox.start());
afterAll(() => sandbox.end());

// The kernel then drops its answers without a word: findings/ipv6-direct-routing-needs-link-local.sh.
test("a real server of IPv6 on an interface without a link-local address is said when made, and by each preview", async () => {
  const owner = "ipvs-lab/dev/web";
  const desired = "vip 2001:db8:10::100\ninterface tbr\n";
  const said = async (): Promise<unknown[]> => {
    const make = ["--generation", "new", "realserver", "apply", owner];
    const made = await sandbox.program(make, desired);
    expect(made).toMatchObject({ status: 0, stderr: "" });
    const { stdout } = await sandbox.program(["observe", "all"]);
    const object = { kind: "realserver", owner, desired, adopt: false };
    const { differences, warnings = [] } = detectDrift(object, parseHostState(stdout), "machine2");
    expect(differences).toEqual([]);
    const [, name] = /^ipvs-lab: warning: (\w+) has no link-local/m.exec(made.stdout) ?? [];
    return [name, ...warnings];
  };
  expect(await said()).toEqual([undefined]);
  await sandbox.inside("ip -6 address flush dev tbr scope link");
  expect(await said()).toEqual(["tbr", expect.stringMatching(/^tbr has no link-local address/)]);
  await sandbox.program(["realserver", "remove", owner], desired);
});
