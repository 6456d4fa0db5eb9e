import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const desired = spec({ vip: "192.0.2.100", network: "192.0.2.0/24" });
const memory = "var/lib/ipvs-lab/objects/nat/192.0.2.100";
const there = { PRESENT: "yes" };

test("operations 12.1: what somebody's file has brought back after a reboot is recognised by its memory", () => {
  machine.file(memory, "made another-boot p/s/n\n");
  const { status, stderr } = machine.run(["nat", "apply", "p/s/n"], desired, there);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(machine.text(memory)).toBe("made b00t p/s/n\n");
});

test("operations 12.1: it is removed, too", () => {
  machine.file(memory, "made another-boot p/s/n\n");
  const { calls } = machine.run(["nat", "remove", "p/s/n"], desired, there);
  expect(calls).toContainEqual("nft delete table ip ipvs_lab_192_0_2_100".split(" "));
  expect(machine.exists(memory)).toBe(false);
});

test.each(["made another-boot p/s/other\n", "made b00t p/s/n\n", ""])(
  "operations 12.1: one that is not remembered so (%j) is somebody else's",
  (text) => {
    machine.file(memory, text);
    const { status, stderr } = machine.run(["nat", "apply", "p/s/n"], desired, there);
    expect(status).toBe(1);
    expect(stderr).toContain("exists on machine already and was not made by ipvs-lab");
  },
);
