import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
  machine.tool("systemctl", systemctl("loaded"));
});

const desired = `${spec({ server: "apache", instance: "a", address: "192.0.2.2", port: 80 })}\npage\n`;
const unit = "etc/systemd/system/ipvs-lab-a.service";

/** A server that runs, and a unit in this state. */
const systemctl = (state: string) => `echo "$*" >>"$T/state/asked-of-systemd"
case "$*" in
  "show -p"*) printf 'LoadState=${state}\\nNeedDaemonReload=no\\n' ;;
esac`;

const asked = (word: string) =>
  machine.shell(`cat ${machine.folder}/state/asked-of-systemd`).stdout.includes(word);

test("review 9: a web server waits for the network at boot, and is started again", () => {
  machine.run(["webserver", "apply", "p/s/a"], desired);
  const text = machine.text(unit);
  expect(text).toContain("Wants=network-online.target\n");
  expect(text).toContain("Restart=on-failure\n");
});

test("review 9: the unit of an older version is written anew under its server, which runs on", () => {
  machine.run(["webserver", "apply", "p/s/a"], desired);
  const [start = ""] = /^ExecStart=.*$/m.exec(machine.text(unit)) ?? [];
  machine.file(unit, `[Unit]\nDescription=x\n\n[Service]\n${start}\n\n`);
  machine.shell(`: >${machine.folder}/state/asked-of-systemd`);
  const { stdout } = machine.run(["webserver", "apply", "p/s/a"], desired);
  expect(stdout).toContain(`+ write ${machine.path(unit)}\n`);
  expect(asked("restart")).toBe(false);
});

test("review 26: a unit that systemd could not load is read anew, though its file is there again", () => {
  machine.run(["webserver", "apply", "p/s/a"], desired);
  expect(asked("daemon-reload")).toBe(false);
  machine.tool("systemctl", systemctl("error"));
  machine.run(["webserver", "apply", "p/s/a"], desired);
  expect(asked("daemon-reload")).toBe(true);
});
