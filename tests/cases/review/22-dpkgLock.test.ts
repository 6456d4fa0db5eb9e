import { symlinkSync } from "node:fs";
import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
  machine.tool("stat", "echo 42");
  machine.file("var/lib/dpkg/lock", "");
  machine.file("proc/locks", "1: POSIX  ADVISORY  WRITE 77 fe:01:42 0 EOF\n");
  machine.file("var/lib/other", "");
  machine.file("proc/77/fd/0", "");
  // Time goes on while the program waits.
  machine.tool("sleep", `printf '900.00 1\\n' >"$T/root/proc/uptime"`);
  machine.shell(`chmod 666 ${machine.path("proc/uptime")}`);
});

const desired = spec({ packages: "more" });

test("review 22: a file on another disk with the number of dpkg's lock is not that", () => {
  symlinkSync(machine.path("var/lib/other"), machine.path("proc/77/fd/3"));
  const { stdout } = machine.run(["director", "apply", "p/s/d"], desired);
  expect(stdout).not.toContain("waiting for another apt");
});

test("review 22: dpkg's lock itself is waited for", () => {
  symlinkSync(machine.path("var/lib/dpkg/lock"), machine.path("proc/77/fd/3"));
  const { stdout } = machine.run(["director", "apply", "p/s/d"], desired);
  expect(stdout).toContain("waiting for another apt or dpkg (process 77) on machine");
});
