import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});

test("review 7: another run is waited for as long as it lives, and that is said now and then", () => {
  machine.tool("flock", 'printf . >>"$T/state/tried"; [ "$(wc -c <"$T/state/tried")" -gt 3 ]');
  machine.tool("wc", 'exec /usr/bin/wc "$@"');
  const nat = spec({ vip: "192.0.2.100", network: "192.0.2.0/24" });
  const { status, stdout } = machine.run(["nat", "apply", "p/s/n"], nat);
  expect(status).toBe(0);
  expect(stdout.match(/^ipvs-lab: waiting for another run of ipvs-lab on machine$/gm)).toHaveLength(
    1,
  );
  expect(stdout.match(/^ipvs-lab: still waiting for another run/gm)).toHaveLength(2);
});
