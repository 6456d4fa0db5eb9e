import { secret, unknownValue } from "../../../../providers/protocol/wire";
import { Lab, urn } from "../../../support/vagrant/harness";

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => {
  lab.close();
});

const check = (inputs: Record<string, unknown>) => lab.provider.check(urn, {}, inputs);

describe("check", () => {
  it("adds the defaults and the hash of the Vagrantfile", async () => {
    const inputs = await lab.inputs();
    expect(inputs).toMatchObject({ name: "machine1", environment: {} });
    expect(inputs.vagrantfileSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("lists the machines that there are when the one asked for is not among them", async () => {
    const { failures } = await check({ name: "machine9", directory: lab.project });
    expect(failures).toEqual([
      {
        property: "name",
        reason: `no machine "machine9" in ${lab.project}/Vagrantfile: it has machine1, machine2`,
      },
    ]);
  });

  it("shows Vagrant's own words for a Vagrantfile that does not parse", async () => {
    lab.vagrantfile("broken");
    const { failures } = await check({ name: "machine1", directory: lab.project });
    expect(failures).toEqual([
      {
        property: "directory",
        reason:
          "Vagrant failed to initialize at a very early stage:\n\nVagrantfile:2: syntax error, unexpected end",
      },
    ]);
  });

  it.each([
    ["a missing Vagrantfile", () => lab.folder, /^no Vagrantfile in /],
    ["a missing folder", () => `${lab.folder}/nowhere`, /^no folder /],
  ])("names the directory for %s", async (_what, directory, reason) => {
    const { failures } = await check({ name: "machine1", directory: directory() });
    expect(failures).toMatchObject([{ property: "directory" }]);
    expect(failures[0]?.reason).toMatch(reason);
    expect(lab.calls()).toEqual([]);
  });

  it.each([
    ["name", {}],
    ["name", { name: 7 }],
    ["name", { name: "--provision" }],
    ["name", { name: "/machine/" }],
    ["directory", { name: "machine1", directory: 1 }],
    ["environment", { name: "machine1", environment: { A: 1 } }],
    ["triggers", { name: "machine1", triggers: [] }],
    ["replaceTriggers", { name: "machine1", replaceTriggers: "x" }],
    ["memory", { name: "machine1", memory: 512 }],
  ])("refuses a wrong %s without asking Vagrant: %j", async (property, inputs) => {
    const { failures } = await check(inputs);
    expect(failures.map((failure) => failure.property)).toEqual([property]);
    expect(lab.calls()).toEqual([]);
  });

  it("asks Vagrant once for two machines of one Vagrantfile", async () => {
    await Promise.all([lab.inputs("machine1"), lab.inputs("machine2")]);
    await lab.inputs("machine1");
    expect(lab.calls()).toEqual(["status --machine-readable"]);
  });

  it("asks again after the Vagrantfile changed", async () => {
    const before = await lab.inputs();
    lab.vagrantfile("machine machine1\nmachine machine3\n");
    const after = await lab.inputs("machine3");
    expect(after.vagrantfileSha256).not.toEqual(before.vagrantfileSha256);
  });

  it("lets values pass that are not known yet", async () => {
    const { inputs, failures } = await check({ name: unknownValue, directory: unknownValue });
    expect(failures).toEqual([]);
    expect(inputs.vagrantfileSha256).toEqual(unknownValue);
  });

  it("keeps a secret's mark and uses its value", async () => {
    const mark = secret("from a secret");
    const inputs = await lab.inputs("machine1", { environment: { FAKE_MARK: mark } });
    expect(inputs.environment).toEqual({ FAKE_MARK: mark });
    expect(lab.notes()[0]?.mark).toBe("from a secret");
  });

  it("says how to get Vagrant where there is none", async () => {
    process.env.PATH = lab.folder;
    const { failures } = await check({ name: "machine1", directory: lab.project });
    expect(failures).toMatchObject([{ property: "" }]);
    expect(failures[0]?.reason).toMatch(/vagrant is not on PATH.*apt-get install/);
  });
});
