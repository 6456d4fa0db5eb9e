import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { parseHostState } from "../../../components/drift/hostState";
import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

// A system that is no relative of Debian: nothing is installed there, and all else is done.

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
const managers = ["dnf", "pacman", "zypper", "apk"];
beforeEach(() => {
  machine.reset();
  for (const tool of ["apt-get", "dpkg", "dpkg-query"]) {
    without(tool);
  }
  // No service yet.
  machine.shell(`: >${machine.folder}/state/ipvs`);
});
afterEach(() => {
  managers.forEach(without);
});

function without(tool: string): void {
  rmSync(join(machine.folder, "bin", tool), { force: true });
}

const packages = "ipvsadm iproute2 curl nftables iputils-arping";
const director = (verb: string) =>
  machine.run(["director", verb, "p/s/lb"], spec({ packages, purge: "true" }));

test("a director is made, observed and removed with the programs that are there", () => {
  machine.tool("dnf", "echo $0 >>$T/state/installed");
  expect(director("apply")).toMatchObject({ status: 0, stderr: "" });
  const seen = parseHostState(machine.run(["observe"]).stdout);
  expect([...seen.packages].sort()).toEqual(packages.split(" ").sort());
  expect(director("remove")).toMatchObject({ status: 0, stderr: "" });
  expect(machine.exists("var/lib/ipvs-lab/packages")).toBe(false);
});

test.each([
  ["dnf", "dnf install ipvsadm iputils nftables"],
  ["pacman", "pacman -S ipvsadm iputils nftables"],
  ["zypper", "zypper install ipvsadm iputils nftables"],
  ["apk", "apk add ipvsadm iputils-arping nftables"],
])("missing programs are named with the command of that system: %s", (manager, command) => {
  machine.tool(manager, "exit 9");
  const gone = ["ipvsadm", "nft", "arping"];
  const kept = new ScriptMachine();
  gone.forEach(without);
  const { status, stderr } = director("apply");
  const seen = parseHostState(machine.run(["observe"]).stdout);
  for (const tool of gone) {
    machine.tool(tool, `exec ${kept.folder}/bin/${tool} "$@"`);
  }
  kept.close();
  expect({ status, stderr: sorted(stderr) }).toEqual({
    status: 1,
    stderr: sorted(`ipvs-lab: machine has no ipvsadm nft arping: run there, as root: ${command}\n`),
  });
  // So a preview says what is still missing.
  expect([...seen.packages].sort()).toEqual(["curl", "iproute2"]);
});

test("without any package manager the programs are named all the same", () => {
  without("ipvsadm");
  const { stderr } = director("apply");
  machine.tool("ipvsadm", "");
  expect(stderr).toContain("machine has no ipvsadm: install it there");
});

test("the first Command names what the rest needs, before an interface is missed", () => {
  machine.tool("dnf", "");
  for (const tool of ["ip", "flock", "sysctl"]) {
    without(tool);
  }
  const { status, stderr } = machine.run(["host", "check", "eth0"]);
  for (const tool of ["ip", "flock", "sysctl"]) {
    machine.tool(
      tool,
      'case "$*" in "-o link show dev "*) echo "7: kernel0: <UP>" ;; *) echo 7 ;; esac',
    );
  }
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      "ipvs-lab: machine has no flock ip sysctl: run there, as root: dnf install util-linux iproute procps-ng\n",
  });
});

test("keepalived is asked for, and web servers of Debian's are refused where they cannot run", () => {
  machine.tool("dnf", "");
  without("keepalived");
  const balanced = machine.run(["keepalived", "apply", "p/s/d"], spec({ instance: "d" }));
  machine.tool("keepalived", "");
  expect(balanced.stderr).toContain("no keepalived: run there, as root: dnf install keepalived");
  const web = machine.run(
    ["webserver", "apply", "p/s/w"],
    spec({ server: "apache", instance: "w", address: "10.10.10.2", port: 80 }),
  );
  expect(web.stderr).toContain("has no user www-data");
});

/** Words in no order. */
function sorted(text: string): string[] {
  return text.trim().split(/[ :]+/).sort();
}
