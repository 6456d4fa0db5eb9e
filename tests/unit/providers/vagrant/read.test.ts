import { unknownValue, type Properties } from "../../../../providers/protocol/wire";
import { diff } from "../../../../providers/vagrant/diff";
import { inputsOf, onlyInputs } from "../../../../providers/vagrant/inputs";
import { findVagrantfile } from "../../../../providers/vagrant/program/vagrantfile";
import { VagrantProvider } from "../../../../providers/vagrant/provider";
import { failureOf, Lab, urn } from "../../../support/vagrant/harness";

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => {
  delete process.env.FAKE_BOOT_ID;
  lab.close();
});

describe("read", () => {
  it("sees a machine that is gone", async () => {
    const { id, outs } = await lab.made();
    lab.destroyByHand("machine1");
    expect(await lab.provider.read(id, urn, outs)).toMatchObject({ id: "" });
  });

  it.each(["poweroff", "shutoff"])(
    "sees a halted machine (%s) and keeps its outputs",
    async (word) => {
      const { id, outs } = await lab.made();
      lab.byHand("machine1", word);
      const { id: same, props } = await lab.provider.read(id, urn, outs);
      expect(same).toBe(id);
      expect(props).toEqual({ ...outs, state: "halted" });
    },
  );

  it("refreshes what a running machine says, and returns the inputs too", async () => {
    const inputs = await lab.inputs("machine1", { triggers: { memory: 512 } });
    const { id, outs } = await lab.provider.create(urn, inputs);
    process.env.FAKE_BOOT_ID = "boot-2";
    const found = await lab.provider.read(id, urn, outs);
    expect(found).toEqual({ id, props: { ...outs, bootId: "boot-2" }, inputs });
  });

  it("asks for the host key that it knows already", async () => {
    const { id, outs } = await lab.made();
    await lab.provider.read(id, urn, outs);
    expect(lab.read("known-hosts")).toBe("machine1 ssh-ed25519 AAAAkey\n");
    expect(lab.read("ssh-calls")).toMatch(/^StrictHostKeyChecking=yes$/m);
  });

  it("fails when the machine shows another host key", async () => {
    const { id, outs } = await lab.made();
    lab.sshFails("Host key verification failed.");
    const error = await failureOf(lab.provider.read(id, urn, outs));
    expect(error.message).toContain("Host key verification failed.");
  });

  it("keeps what it knew of a running machine that does not answer", async () => {
    const { id, outs } = await lab.made();
    lab.sshFails("Connection timed out");
    expect(await lab.provider.read(id, urn, outs)).toMatchObject({ id, props: outs });
  });

  it("is an error, not a machine that is gone, when Vagrant cannot say", async () => {
    const { id, outs } = await lab.made();
    lab.faults({ everything: "Error while connecting to Libvirt" });
    const error = await failureOf(lab.provider.read(id, urn, outs));
    expect(error.message).toBe("Error while connecting to Libvirt");
  });

  it("asks once about two machines", async () => {
    const made = [await lab.made("machine1"), await lab.made("machine2")];
    await Promise.all(made.map(({ id, outs }) => lab.provider.read(id, urn, outs)));
    expect(lab.calls()).toEqual([
      "status --machine-readable",
      "ssh-config machine1 machine2 --machine-readable",
    ]);
  });
});

describe("diff", () => {
  const changed = {
    name: "machine2",
    environment: { A: "1" },
    directory: "..",
    replaceTriggers: { ip: 2 },
  };

  it("finds nothing to do for a machine that is as it should be", async () => {
    const { id, outs } = await lab.made();
    const other = { ...outs, bootId: "another", host: "elsewhere" };
    const found = await lab.provider.diff(id, urn, other, await lab.inputs());
    expect(found).toMatchObject({ changes: false, replaces: [] });
  });

  it.each(Object.entries(changed))("makes the machine anew for another %s", async (key, value) => {
    const { id, outs } = await lab.made();
    const wanted = { ...(await lab.inputs()), [key]: value };
    const found = await lab.provider.diff(id, urn, outs, wanted);
    expect(found).toEqual({ changes: true, replaces: [key], deleteBeforeReplace: true });
  });

  it.each([
    ["a changed Vagrantfile", { vagrantfileSha256: "0".repeat(64) }],
    ["a changed trigger", { triggers: { memory: 1024 } }],
    ["a trigger that is not known yet", { triggers: { memory: unknownValue } }],
  ])("updates for %s", async (_what, change) => {
    const { id, outs } = await lab.made();
    const wanted = { ...(await lab.inputs()), ...change };
    const found = await lab.provider.diff(id, urn, outs, wanted);
    expect(found).toMatchObject({ changes: true, replaces: [] });
  });

  it.each([{ state: "halted" }, { provisioned: false }, { hostKey: "" }])(
    "updates a machine with %j in its state",
    async (state) => {
      const { outs } = await lab.made();
      const wanted = await lab.inputs();
      // Nobody has looked: only the state speaks.
      const found = diff({ ...outs, ...state }, wanted, undefined);
      expect(found).toMatchObject({ changes: true, replaces: [] });
    },
  );

  describe("of a Vagrantfile that is as it was", () => {
    /** As a new process with what is in the state. */
    async function preview({ id, outs }: { id: string; outs: Properties }) {
      const provider = new VagrantProvider(undefined);
      const given = onlyInputs(outs);
      const { inputs, failures } = await provider.check(urn, given, given);
      expect(failures).toEqual([]);
      return provider.diff(id, urn, outs, inputs);
    }

    it("asks a running machine for its host key, and Vagrant not at all", async () => {
      const machine = await lab.made();
      lab.shows("ssh-ed25519 AAAAkey");
      expect(await preview(machine)).toMatchObject({ changes: false });
      expect(lab.calls()).toEqual([]);
      expect(lab.read("keyscan-calls")).toBe("-T 3 -t ed25519 -p 2201 -- 127.0.0.1 ");
    });

    it.each([
      ["nobody answers", undefined],
      ["another machine answers", "ssh-ed25519 AAAAother"],
    ])("asks Vagrant where %s", async (_, key) => {
      const machine = await lab.made();
      if (key !== undefined) {
        lab.shows(key);
      }
      expect(await preview(machine)).toMatchObject({ changes: false });
      expect(lab.calls()).toEqual(["status --machine-readable"]);
      lab.byHand("machine1", "shutoff");
      expect(await preview(machine)).toMatchObject({ changes: true, replaces: [] });
    });

    it("asks Vagrant for a machine that was halted the last time", async () => {
      const { id, outs } = await lab.made();
      lab.shows("ssh-ed25519 AAAAkey");
      const found = await preview({ id, outs: { ...outs, state: "halted" } });
      expect(found).toMatchObject({ changes: false });
      expect(lab.calls()).toEqual(["status --machine-readable"]);
    });

    it("says what Vagrant says where it cannot tell", async () => {
      const { id, outs } = await lab.made();
      lab.vagrantfile("broken");
      const vagrantfileSha256 = (await findVagrantfile(inputsOf(outs)))?.sha256;
      const failure = await failureOf(preview({ id, outs: { ...outs, vagrantfileSha256 } }));
      expect(failure.message).toContain("Vagrantfile:2: syntax error");
    });
  });

  it("sees without a refresh that the machine was halted or destroyed by hand", async () => {
    const { id, outs } = await lab.made();
    lab.byHand("machine1", "shutoff");
    const halted = await lab.provider.diff(id, urn, outs, await lab.inputs());
    expect(halted).toMatchObject({ changes: true, replaces: [] });
    lab.destroyByHand("machine1");
    lab.vagrantfile("machine machine1\n");
    const wanted = { ...(await lab.inputs()), vagrantfileSha256: outs.vagrantfileSha256 };
    const gone = await lab.provider.diff(id, urn, outs, wanted);
    expect(gone).toMatchObject({ changes: true, replaces: ["state"] });
  });
});
