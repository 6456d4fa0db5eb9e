import { failureOf, Lab, urn } from "../../../support/vagrant/harness";

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => {
  lab.close();
});

const verbs = () =>
  lab
    .calls()
    .filter((call) => !/^(status|ssh-config) /.test(call))
    .map((call) => call.replace(" --machine-readable", ""));

describe("update", () => {
  it("starts a halted machine without provisioning it again", async () => {
    const { id, outs } = await lab.made();
    lab.byHand("machine1", "poweroff");
    const { outs: after } = await lab.provider.update(id, urn, outs, await lab.inputs());
    expect(after.state).toBe("running");
    expect(verbs()).toEqual(["up --no-destroy-on-error machine1"]);
  });

  it("reloads a running machine after the Vagrantfile changed", async () => {
    const { id, outs } = await lab.made();
    lab.vagrantfile("machine machine1\n# more memory\n");
    const inputs = await lab.inputs();
    const { outs: after } = await lab.provider.update(id, urn, outs, inputs);
    expect(verbs()).toEqual(["reload --provision machine1"]);
    expect(after.vagrantfileSha256).toBe(inputs.vagrantfileSha256);
  });

  it("reloads a running machine after a trigger changed", async () => {
    const { id, outs } = await lab.made("machine1", { triggers: { memory: 512 } });
    const inputs = await lab.inputs("machine1", { triggers: { memory: 1024 } });
    await lab.provider.update(id, urn, outs, inputs);
    expect(verbs()).toEqual(["reload --provision machine1"]);
  });

  it("starts and provisions a halted machine whose Vagrantfile changed", async () => {
    const { id, outs } = await lab.made();
    lab.byHand("machine1", "shutoff");
    lab.vagrantfile("machine machine1\n");
    await lab.provider.update(id, urn, outs, await lab.inputs());
    expect(verbs()).toEqual(["up --provision --no-destroy-on-error machine1"]);
  });

  it("provisions a machine again whose provisioning had failed", async () => {
    lab.faults({ provisioning: ["machine1"] });
    const inputs = await lab.inputs();
    const { id = "", properties = {} } = await failureOf(lab.provider.create(urn, inputs));
    lab.faults({});
    lab.forgetCalls();
    const { outs } = await lab.provider.update(id, urn, properties, inputs);
    expect(verbs()).toEqual(["up --provision --no-destroy-on-error machine1"]);
    expect(outs.provisioned).toBe(true);
  });

  it("records a reload that failed so that the next update tries it again", async () => {
    const { id, outs } = await lab.made();
    lab.vagrantfile("machine machine1\n");
    const inputs = await lab.inputs();
    lab.faults({ provisioning: ["machine1"] });
    const error = await failureOf(lab.provider.update(id, urn, outs, inputs));
    expect(error).toMatchObject({ id, properties: { vagrantfileSha256: outs.vagrantfileSha256 } });
    const found = await lab.provider.diff(id, urn, error.properties ?? {}, inputs);
    expect(found.changes).toBe(true);
  });

  it("does not quietly make a machine anew that is gone", async () => {
    const { id, outs } = await lab.made();
    const inputs = await lab.inputs();
    lab.destroyByHand("machine1");
    const error = await failureOf(lab.provider.update(id, urn, outs, inputs));
    expect(error.message).toMatch(/machine1 is gone/);
    expect(verbs()).toEqual([]);
  });
});

describe("delete", () => {
  it("destroys the machine, whatever the exit code, with the environment that made it", async () => {
    const { id, outs } = await lab.made("machine1", { environment: { FAKE_MARK: "x" } });
    await lab.provider.delete(id, urn, outs);
    expect(lab.notes()).toMatchObject([
      { args: ["destroy", "--force", "machine1", "--machine-readable"], mark: "x" },
      { args: ["status", "--machine-readable"], mark: "x" },
    ]);
  });

  it("is content when the machine is gone already", async () => {
    const { id, outs } = await lab.made();
    lab.destroyByHand("machine1");
    await expect(lab.provider.delete(id, urn, outs)).resolves.toBeUndefined();
  });

  it("fails when the machine is still there afterwards", async () => {
    const { id, outs } = await lab.made();
    lab.faults({ undying: true });
    const error = await failureOf(lab.provider.delete(id, urn, outs));
    expect(error.message).toContain("vagrant destroy");
  });

  it.each([
    [
      "the Vagrantfile is gone",
      (l: Lab) => {
        l.removeVagrantfile();
      },
      /no Vagrantfile in/,
    ],
    [
      "the Vagrantfile has no such machine",
      (l: Lab) => {
        l.vagrantfile("machine other\n");
      },
      /not found/,
    ],
    [
      "the Vagrantfile does not parse",
      (l: Lab) => {
        l.vagrantfile("broken");
      },
      /syntax error/,
    ],
  ])("fails for a machine that still exists when %s", async (_what, damage, reason) => {
    const { id, outs } = await lab.made();
    damage(lab);
    const error = await failureOf(lab.provider.delete(id, urn, outs));
    expect(error.message).toMatch(/machine1 still exists \(fake: id-of-machine1-/);
    expect(error.message).toMatch(reason);
  });

  it("is content when Vagrantfile and machine are gone both", async () => {
    const { id, outs } = await lab.made();
    lab.destroyByHand("machine1");
    lab.removeVagrantfile();
    await expect(lab.provider.delete(id, urn, outs)).resolves.toBeUndefined();
  });
});
