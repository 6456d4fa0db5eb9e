import { spec } from "../../../../components/host/kernel";
import { ScriptMachine } from "../../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});

test("operations S4: an address that directors share is written while their keepalived runs", () => {
  machine.reset();
  const keepalived = spec({ instance: "d" });
  machine.run(["keepalived", "apply", "p/s/d"], keepalived);
  // From here on it runs, and reads its files when it is told to.
  machine.tool("systemctl", `case "$*" in *reload*) echo "$*" >>"$T/state/reloads" ;; esac`);
  const desired = { instance: "d", file: "v", interface: "eth0", addresses: "192.0.2.100/24" };
  const stdin = `${spec(desired)}\nvrrp_instance v {\n}\n`;
  const scene = { PRESENT: "" };
  const { status, stdout, stderr } = machine.run(
    ["keepalivedaddress", "apply", "p/s/v"],
    stdin,
    scene,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("+ systemctl reload keepalived-d.service\n");
});
