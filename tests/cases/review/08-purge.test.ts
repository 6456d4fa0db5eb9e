import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const web = spec({ server: "apache", instance: "a", purge: "true" });
const packages = "var/lib/ipvs-lab/packages";
const brought = "apache2\ncurl\nlibcurl4\n";

function installed() {
  for (const name of ["apache2", "curl"]) {
    machine.file(`${packages}/${name}/brought`, brought);
    machine.file(`${packages}/${name}/units`, "");
    machine.file(`${packages}/${name}/holders/webserver:p:s:w`, "");
  }
}

/** Notes what is purged; says that curl needs libcurl4, and php apache2, where that is installed. */
const aptGet = (later: string) => `case "$1 $*" in
  -s*) for n; do case $n in libcurl4) echo "Purg curl [1]" ;; apache2) echo "${later}" ;; esac; done ;;
  *" purge "*) shift 5; echo "$*" >"$T/state/purged" ;;
esac`;

test("review 8: what others hold is not purged, nor what that needs", () => {
  installed();
  machine.file(`${packages}/curl/holders/director:p:s:d`, "");
  machine.tool("apt-get", aptGet(""));
  const { stdout } = machine.run(["webserver", "remove", "p/s/w"], web);
  expect(purged()).toBe("apache2\n");
  expect(stdout).toContain("ipvs-lab: these stay, as others need them: curl libcurl4\n");
  // Whoever holds curl purges the rest.
  expect(machine.text(`${packages}/curl/brought`)).toContain("libcurl4\n");
});

test("review 8: what needs one of them and came later is not taken along", () => {
  installed();
  machine.tool("apt-get", aptGet("Remv php [1]"));
  const { stdout } = machine.run(["webserver", "remove", "p/s/w"], web);
  expect(purged()).toBe("curl libcurl4\n");
  expect(stdout).toContain("other packages need some of what would go: php\n");
});

function purged(): string {
  return machine.shell(`cat ${machine.folder}/state/purged`).stdout;
}
