import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { secret } from "../../../../providers/protocol/wire";
import { failureOf, Lab, urn } from "../../../support/vagrant/harness";

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => {
  lab.close();
});

/** Brings up both machines at the same time. */
async function both() {
  const inputs = await Promise.all([lab.inputs("machine1"), lab.inputs("machine2")]);
  lab.forgetCalls();
  const [first, second] = inputs.map((each) => lab.provider.create(urn, each));
  return Promise.allSettled([first, second]);
}
const ups = () => lab.calls().filter((call) => call.startsWith("up"));

describe("create", () => {
  it("says how the machine is reached and who it is", async () => {
    const { id, outs } = await lab.made();
    expect(id).toMatch(/^id-of-machine1-/);
    expect(outs).toMatchObject({
      name: "machine1",
      directory: lab.project,
      host: "127.0.0.1",
      port: 2201,
      user: "lab",
      identityFile: `${lab.folder}/the key`,
      hostKey: "ssh-ed25519 AAAAkey",
      bootId: "boot-1",
      state: "running",
      vagrantProvider: "fake",
      provisioned: true,
    });
  });

  it("returns the private key as a secret", async () => {
    const { outs } = await lab.made();
    expect(outs.privateKey).toEqual(secret("PRIVATE KEY\n"));
  });

  it("checks the host key even though Vagrant's own configuration does not", async () => {
    await lab.made();
    expect(lab.read("ssh-calls")).toMatch(/^StrictHostKeyChecking=accept-new$/m);
    expect(lab.read("ssh-calls")).toMatch(/^BatchMode=yes$/m);
  });

  it("brings two machines up side by side in one call", async () => {
    const results = await both();
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(lab.calls()).toEqual([
      "up --no-destroy-on-error machine1 machine2 --machine-readable",
      "ssh-config machine1 machine2 --machine-readable",
    ]);
  });

  it("does not mix machines of different environments in one call", async () => {
    const inputs = [
      await lab.inputs("machine1", { environment: { VAGRANT_DOTFILE_PATH: ".vagrant-a" } }),
      await lab.inputs("machine2", { environment: { VAGRANT_DOTFILE_PATH: ".vagrant-b" } }),
    ];
    await Promise.all(inputs.map((each) => lab.provider.create(urn, each)));
    expect(ups()).toHaveLength(2);
  });

  it("waits for a lock that another process holds, and tries again", async () => {
    const inputs = await lab.inputs();
    lab.faults({ locked: 2 });
    const { outs } = await lab.provider.create(urn, inputs);
    expect(outs.state).toBe("running");
    expect(ups()).toHaveLength(3);
  });

  it("tries only the machine again that was locked out of a call for two", async () => {
    lab.faults({ locked: 1 });
    const results = await both();
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(ups()).toEqual([
      "up --no-destroy-on-error machine1 machine2 --machine-readable",
      "up --no-destroy-on-error machine1 --machine-readable",
    ]);
  });

  it("records a machine whose provisioning fails, with Vagrant's words", async () => {
    lab.faults({ provisioning: ["machine1"] });
    const error = await failureOf(lab.provider.create(urn, await lab.inputs()));
    expect(error.id).toMatch(/^id-of-machine1-/);
    expect(error.reasons).toEqual(["The SSH command responded with a non-zero exit status."]);
    expect(error.properties).toMatchObject({
      name: "machine1",
      state: "running",
      provisioned: false,
      hostKey: "ssh-ed25519 AAAAkey",
    });
  });

  it("lets one machine succeed where the other of the same call fails", async () => {
    lab.faults({ provisioning: ["machine2"] });
    const [first, second] = await both();
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({
      reason: { reasons: ["The SSH command responded with a non-zero exit status."] },
    });
  });

  it("brings up the machines that Vagrant left out after the first one's failure", async () => {
    lab.faults({ provisioning: ["machine1"], serial: true });
    const [first, second] = await both();
    expect(first).toMatchObject({
      status: "rejected",
      reason: { properties: { provisioned: false } },
    });
    expect(second.status).toBe("fulfilled");
    expect(ups()).toHaveLength(2);
  });

  it("records nothing of a machine that was never made, and says what Vagrant said", async () => {
    lab.faults({ neverMade: ["machine1", "machine2"] });
    for (const result of await both()) {
      expect(result).toMatchObject({ reason: { message: "The box 'x' could not be found" } });
      expect(result).not.toHaveProperty("reason.id");
    }
  });

  it("records a machine that is up and cannot be logged in to", async () => {
    lab.sshFails("Connection refused");
    const error = await failureOf(lab.provider.create(urn, await lab.inputs()));
    expect(error.id).toMatch(/^id-of-machine1-/);
    expect(error.reasons).toEqual(["cannot log in to machine1 with ssh: Connection refused"]);
    expect(error.properties).toMatchObject({ provisioned: true, hostKey: "" });
  });

  it("says of a machine that is off again at once that it is", async () => {
    lab.faults({ dying: true });
    lab.sshFails("Connection refused");
    const error = await failureOf(lab.provider.create(urn, await lab.inputs()));
    expect(error.reasons).toEqual([
      "cannot log in to machine1 with ssh: Connection refused",
      "the machine machine1 is halted although Vagrant said it is up",
    ]);
    expect(error.properties).toMatchObject({ state: "halted", hostKey: "" });
  });

  it("gives every call the machine's environment and the Vagrantfile's folder", async () => {
    await lab.provider.create(
      urn,
      await lab.inputs("machine1", { environment: { FAKE_MARK: "x" } }),
    );
    const notes = lab.notes();
    expect(notes.map(({ args }) => args[0])).toEqual(["status", "up", "ssh-config"]);
    for (const note of notes) {
      expect(note).toMatchObject({ mark: "x", cwd: lab.project });
    }
  });

  it("passes names on as they are, whatever a shell would make of them", async () => {
    const odd = `it's $(touch pwned) "x" ; a b`;
    lab.vagrantfile(`machine ${odd}\n`);
    const { outs } = await lab.provider.create(urn, await lab.inputs(odd));
    expect(lab.notes()[1]?.args).toContain(odd);
    expect(outs.state).toBe("running");
    expect(existsSync(join(lab.project, "pwned"))).toBe(false);
  });

  it("records a machine whose making is cancelled, and lets Vagrant clean up", async () => {
    lab.faults({ hang: true });
    const failure = failureOf(lab.provider.create(urn, await lab.inputs()));
    while (!existsSync(join(lab.project, ".vagrant/machines/machine1/fake/state"))) {
      await sleep(20);
    }
    // The fake listens for the signal right after it wrote the file.
    await sleep(100);
    await lab.provider.cancel();
    const error = await failure;
    expect(error.id).toMatch(/^id-of-machine1-/);
    expect(error.reasons).toEqual(["Vagrant received an interrupt signal"]);
    expect(error.properties).toMatchObject({ provisioned: false });
  });

  it("starts nothing any more once it is cancelled", async () => {
    const inputs = await lab.inputs();
    lab.forgetCalls();
    await lab.provider.cancel();
    expect(await failureOf(lab.provider.create(urn, inputs))).toMatchObject({
      message: "cancelled",
    });
    expect(lab.calls()).toEqual([]);
  });
});
