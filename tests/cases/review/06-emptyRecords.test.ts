import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const nat = spec({ vip: "192.0.2.100", network: "192.0.2.0/24" });
const lib = "var/lib/ipvs-lab";

test.each(["", "\n", "x\n"])(
  "review 6: a count that reads %j ends nothing, and begins anew",
  (text) => {
    machine.file(`${lib}/last`, text);
    machine.shell(`: >${machine.folder}/state/ipvs`);
    const { status, stdout } = machine.run(["observe"]);
    expect({ status, end: stdout.endsWith("@@ end\n") }).toEqual({ status: 0, end: true });
    expect(machine.run(["nat", "apply", "p/s/n"], nat).status).toBe(0);
    expect(machine.text(`${lib}/last`)).toMatch(/^1\n/);
  },
);

test("review 6: empty marks and memories end nothing, and go with their object", () => {
  const mark = "run/ipvs-lab/nat/192.0.2.100";
  const memory = `${lib}/objects/nat/192.0.2.100`;
  machine.file(mark, "");
  machine.file(memory, "");
  expect(machine.run(["nat", "remove", "p/s/n"], nat).status).toBe(0);
  expect([machine.exists(mark), machine.exists(memory)]).toEqual([false, false]);
  machine.file(mark, "");
  machine.file(memory, "");
  expect(machine.run(["nat", "apply", "p/s/n"], nat).status).toBe(0);
  expect(machine.text(memory)).toBe("made b00t p/s/n\n");
});

test("review 6: a record that was cut off before it said anything is written anew", () => {
  const held = "run/ipvs-lab/sysctl/net.ipv4.vs.conntrack";
  machine.file(`${held}/before`, "");
  machine.file(`${held}/holders/director:p:s:d`, "");
  expect(machine.run(["nat", "apply", "p/s/n"], nat).status).toBe(0);
  expect(machine.text(`${held}/before`)).toBe("net.ipv4.vs.conntrack=7\n");
});
