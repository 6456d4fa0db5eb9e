import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
  machine.tool("dpkg-query", dpkgQuery);
  machine.tool("dpkg", 'echo /lib/systemd/system/nginx.service; echo "/etc/init.d/nginx"');
  machine.tool("systemctl", systemctl);
});

/** nginx-light is installed once apt-get was called, and brings nginx-common with nginx.service. */
const dpkgQuery = `[ -e "$T/state/installed" ] || exit 0
case "$3" in
  *=*) printf 'nginx-light=installed ' ;;
  *Package}" "*) ;;
  *) printf 'installed nginx-light\\ninstalled nginx-common\\n' ;;
esac`;
const systemctl = `case "$*" in
  "is-enabled nginx.service") [ -e "$T/state/disabled" ] || echo enabled ;;
  *disable*) echo "$*" >"$T/state/disabled" ;;
  *enable*) rm "$T/state/disabled" ;;
esac`;

const desired = spec({ packages: "nginx-light" });
const record = "var/lib/ipvs-lab/packages/nginx-light";

test("operations S5: every unit that an installation brought is disabled, noted and put back", () => {
  const { stdout } = machine.run(["director", "apply", "p/s/d"], desired);
  expect(stdout).toContain("+ systemctl -q disable nginx.service\n");
  expect(machine.text(`${record}/brought`)).toBe("nginx-light\nnginx-common\n");
  expect(machine.text(`${record}/units`)).toBe("nginx.service\n");
  machine.file("lib/systemd/system/nginx.service", "");
  const removed = machine.run(["director", "remove", "p/s/d"], desired);
  expect(removed.stdout).toContain("+ systemctl -q enable nginx.service\n");
  expect(machine.exists("var/lib/ipvs-lab/packages")).toBe(false);
});

test("operations S5: they stay disabled as long as the machine serves something else", () => {
  machine.run(["director", "apply", "p/s/d"], desired);
  machine.file("lib/systemd/system/nginx.service", "");
  machine.file("var/lib/ipvs-lab/packages/apache2/holders/webserver:p:s:w", "");
  const { stdout } = machine.run(["director", "remove", "p/s/d"], desired);
  expect(stdout).not.toContain("enable");
  expect(machine.text(`${record}/units`)).toBe("nginx.service\n");
});

test("operations S5: records of older versions are taken over", () => {
  machine.shell(`: >${machine.folder}/state/installed`);
  machine.file(`${record}/brought`, "nginx-light\nnginx-common\n");
  machine.file(`${record}/holders/director:p:s:d`, "");
  machine.tool("systemctl", `case "$*" in *is-active*) exit 1 ;; esac\n${systemctl}`);
  const { stdout } = machine.run(["director", "apply", "p/s/d"], desired);
  expect(stdout).toContain("+ systemctl -q disable nginx.service\n");
  expect(machine.text(`${record}/units`)).toBe("nginx.service\n");
});
