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
const policy = "usr/sbin/policy-rc.d";

test("review 2: what a killed installation has left is finished by whoever comes next", () => {
  machine.file(policy, "#!/bin/sh\n# ipvs-lab\nexit 101\n");
  machine.file("var/lib/ipvs-lab/installing", "for more\nbase\n");
  machine.shell(`: >${machine.folder}/state/installed`);
  expect(machine.run(["nat", "apply", "p/s/n"], nat).status).toBe(0);
  expect(machine.exists(policy)).toBe(false);
  expect(machine.text("var/lib/ipvs-lab/packages/more/brought")).toBe("more\n");
  expect(machine.exists("var/lib/ipvs-lab/installing")).toBe(false);
});

test("review 2: also that of a version which kept no record; others' policy stays", () => {
  machine.file(policy, "#!/bin/sh\n# ipvs-lab\nexit 101\n");
  machine.run(["nat", "apply", "p/s/n"], nat);
  expect(machine.exists(policy)).toBe(false);
  machine.file(policy, "#!/bin/sh\nexit 101\n");
  machine.run(["nat", "apply", "p/s/n"], nat);
  expect(machine.exists(policy)).toBe(true);
});

test("review 2: an installation whose words nobody reads is noted all the same", () => {
  machine.unheard("director apply p/s/d", spec({ packages: "more" }));
  expect(machine.exists(policy)).toBe(false);
  expect(machine.text("var/lib/ipvs-lab/packages/more/brought")).toBe("more\n");
});
