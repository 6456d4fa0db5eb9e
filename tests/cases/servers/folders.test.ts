import { chmodSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

// Modes of what is made on a server, whatever umask and coreutils it has.

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
  // sudo that allows it; and uutils' install, whose leading folders have what the umask leaves.
  machine.tool("sudo", 'shift && exec "$@"');
  installs("");
});

const [lib, bin, program] = ["", "/bin", "/bin/ipvs-lab-0"].map((p) => `var/lib/ipvs-lab${p}`);

/** @param then What comes after the file is there. */
function installs(then: string): void {
  const leading = 'case " $* " in *" -D "*) mkdir -p "${last%/*}" ;; esac';
  // Who runs the tests cannot give files to a group.
  const mine = 'if [ "$1 $4" = "-d -g" ]; then set -- "$1" "$2" "$3" "$last"; fi';
  const lines = ["for last; do :; done", leading, mine, '$T/real/install "$@"', then];
  machine.tool("install", lines.join("\n"));
}

function put() {
  return machine.run(["host", "install", machine.path(program ?? ""), "why"]);
}

function modes(): string[] {
  return [lib, bin, program].map((path = "") =>
    (statSync(machine.path(path)).mode & 0o777).toString(8),
  );
}

test.each(["root", "a user with sudo"])("the program's folders have their modes: by %s", (who) => {
  rmSync(machine.path(lib ?? ""), { recursive: true });
  if (who !== "root") {
    machine.withoutRoot();
  }
  expect(put()).toMatchObject({ status: 0, stderr: "" });
  expect(modes()).toEqual(["711", "755", "755"]);
});

test.each(["root", "a user with sudo"])(
  "folders that an earlier version left unreadable are repaired: by %s",
  (who) => {
    expect(put().status).toBe(0);
    if (who !== "root") {
      machine.withoutRoot();
    }
    machine.file(program ?? "", "#!/bin/sh\n# another");
    for (const path of [bin, lib]) {
      chmodSync(machine.path(path ?? ""), who === "root" ? 0o700 : 0);
    }
    expect(put()).toMatchObject({ status: 0, stderr: "" });
    expect(modes()).toEqual(["711", "755", "755"]);
  },
);

test.each(["Read-only file system", "No space left on device", "Permission denied"])(
  "why the program cannot be written is said in the system's words: %s",
  (why) => {
    machine.tool("install", `echo "install: cannot create regular file 'x': ${why}" >&2; exit 1`);
    const { status, stderr } = put();
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^ipvs-lab: cannot write .* on machine: ${why}\n$`));
  },
);

test("a program that cannot be read is no full disk", () => {
  machine.withoutRoot();
  installs('case $last in */ipvs-lab-0) chmod 000 "$last" ;; esac');
  const { status, stderr } = put();
  expect(status).toBe(1);
  expect(stderr).toContain("cannot be read by who logs in: Permission denied");
  expect(stderr).not.toContain("full");
});

test("a record that cannot be written says why", () => {
  expect(put().status).toBe(0);
  const at = machine.path(`${program}.generation`);
  chmodSync(at, 0o400);
  machine.tool("head", 'echo "head: write error: Disk quota exceeded" >&2');
  expect(put().stderr).toMatch(/ipvs-lab: cannot write .*\.generation on machine: Disk quota/);
});

const director = spec({ packages: "ipvsadm" });

test("what packages' scripts make is not this program's alone", () => {
  machine.tool("dpkg-query", '[ ! -e "$T/state/there" ] || echo "installed ipvsadm"');
  machine.tool("apt-get", 'umask >>"$T/state/umask"; : >"$T/state/there"');
  machine.shell(`umask 077; ${machine.program} director apply p/s/n`, director);
  expect(readFileSync(join(machine.folder, "state/umask"), "utf8")).toBe("0022\n0022\n");
});

test("a network namespace's folder is everybody's to pass through", () => {
  machine.tool("ip", 'case "$*" in "netns add "*) umask >"$T/state/umask" ;; *) exit 1 ;; esac');
  machine.shell(
    `umask 077; ${machine.program} netns apply p/s/n`,
    spec({ namespace: "ns", veth: "v" }),
  );
  expect(readFileSync(join(machine.folder, "state/umask"), "utf8")).toBe("0022\n");
});

test("a server is started at boot where nothing was before", () => {
  rmSync(machine.path("etc/systemd/system/multi-user.target.wants"), { recursive: true });
  machine.tool("ss", "");
  machine.tool("curl", "printf 200");
  const web = { server: "apache", instance: "w", address: "10.10.10.2", port: 80 };
  const { status, stderr } = machine.shell(
    `umask 077; ${machine.program} webserver apply p/s/w`,
    spec(web),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const wants = statSync(machine.path("etc/systemd/system/multi-user.target.wants"));
  expect((wants.mode & 0o777).toString(8)).toBe("755");
});
