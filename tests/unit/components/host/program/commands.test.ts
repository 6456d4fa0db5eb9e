import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { spec } from "../../../../../components/host/kernel";
import { slug } from "../../../../../components/host/slug";
import { cases } from "../../../../support/randomCases";
import { FakeMachine } from "../../../../support/shell/fakeMachine";
import { cut, line, text } from "../../../../support/shell/hostileText";
import { relocated } from "../../../../support/shell/relocated";

const machine = new FakeMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const service = "-A -t 10.10.10.100:80 -s rr\n-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1\n";

test("a user who is not root has sudo run the very same words", () => {
  machine.withoutRoot();
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (words) => {
      const { calls, executed } = machine.run(["service", ...words]);
      expect(executed).toEqual([]);
      expect(calls).toContainEqual([
        ...["sudo", "-n", machine.program, "--self", "program", "service"],
        ...words,
      ]);
    }),
    cases(10),
  );
});

test("an unknown kind of object is refused, whatever it is called", () => {
  fc.assert(
    fc.property(text, (kind) => {
      fc.pre(!/^(--generation|--adopt|--self|observe|proof.*)$/.test(kind));
      const { status, executed, calls } = machine.run([kind, "apply", "p/s/n"], "");
      expect({ status, executed }).toEqual({ status: 1, executed: [] });
      expect(calls).toEqual([]);
    }),
    cases(10),
  );
});

test("a director's packages are split at blanks, each is a package's name, and nothing else is one", () => {
  const name = /^[a-z0-9][a-z0-9+.-]*[a-z0-9+.]$/;
  const some = fc.oneof(
    line.map((value) => cut(value, 120)),
    fc.array(fc.stringMatching(name), { minLength: 1, maxLength: 3 }).map((all) => all.join(" ")),
  );
  fc.assert(
    fc.property(some, (packages) => {
      machine.reset();
      const run = machine.run(["director", "apply", "p/s/n"], spec({ packages }));
      expect(run.executed).toEqual([]);
      const words = packages.split(/[ \t]+/).filter((word) => word !== "");
      const install = run.calls.find(
        ([tool, ...rest]) => tool === "apt-get" && rest.includes("install"),
      );
      const installed = install?.slice(install.indexOf("--no-install-recommends") + 1) ?? [];
      expect(installed).toEqual(words.every((word) => name.test(word)) ? words : []);
    }),
    cases(8),
  );
});

test("an interface that is not there is named as it is", () => {
  fc.assert(
    fc.property(text, (name) => {
      const scene = { ABSENT: name };
      const { status, stderr, executed } = machine.run(["host", "check", name], "", scene);
      expect({ status, executed }).toEqual({ status: 1, executed: [] });
      expect(stderr).toBe(`ipvs-lab: machine has no interface "${name}"; it has: lo\n`);
    }),
    cases(10),
  );
});

test("the program is put in place under any name, with any reason", () => {
  fc.assert(
    fc.property(line, line, (name, why) => {
      machine.reset();
      const file = cut(name.replaceAll("/", "+"), 100);
      const path = join(machine.folder, "root/var/lib/ipvs-lab/bin", file);
      fc.pre(file !== "" && file !== "." && file !== "..");
      const { status, executed, calls } = machine.run(["host", "install", path, why]);
      expect({ status, executed }).toEqual({ status: 0, executed: [] });
      expect(calls).toContainEqual(["install", "-D", "-m", "755", "/dev/stdin", path]);
      expect(digest(path)).toBe(digest(machine.program));
      expect(readFileSync(`${path}.generation`, "utf8")).toBe(`${why}\n`);
    }),
    cases(8),
  );
});

test("looking at a machine runs nothing of what its marks and names say", () => {
  const short = line.map((value) => cut(value, 60)).filter((v) => v !== "");
  fc.assert(
    fc.property(short, short, text, (owner, name, why) => {
      machine.reset();
      const adopt = ["--generation", why, "--adopt"];
      const vip = spec({ address: name, interface: owner });
      machine.run([...adopt, "address", "apply", owner], vip);
      const netns = spec({ namespace: name, veth: owner });
      machine.run([...adopt, "netns", "apply", owner], netns, { ABSENT: owner });
      machine.run([...adopt, "service", "apply", owner, "0"], service);
      const web = { server: "apache", instance: slug(name), namespace: owner };
      machine.run([...adopt, "webserver", "apply", owner], spec(web));
      const { status, stdout, executed } = machine.run(["observe"]);
      expect(executed).toEqual([]);
      expect({ status, end: stdout.endsWith("@@ end\n") }).toEqual({ status: 0, end: true });
    }),
    cases(4),
  );
});

test("files that are not as they were written are told, whatever their marks are called", () => {
  const [same, other] = ["etc/same.conf", "etc/other.conf"].map((path) => machine.path(path));
  for (const [name, file] of Object.entries({ k: same, "-t 10.10.10.100:80": other })) {
    const kind = name === "k" ? "keepalived" : "keepalivedservice";
    const mark = machine.path(`var/lib/ipvs-lab/${kind}/${name}`);
    for (const path of [mark, file ?? ""]) {
      mkdirSync(dirname(path), { recursive: true });
    }
    writeFileSync(file ?? "", "as written\n");
    writeFileSync(mark, `owner p/s/n\ngeneration new\nalso ${digest(file ?? "")}  ${file}\n\na\n`);
  }
  writeFileSync(other ?? "", "changed\n");
  machine.run(["--generation", "new", "service", "apply", "p/s/n", "0"], service);
  expect(machine.run(["observe"]).stdout).toMatch(
    new RegExp(`@@ servers\nkeepalived/k .*\n${other}: FAILED\n@@ tables\n`),
  );
});

test("a setting of the machine's own is written to its file, also where an interface has a dot", () => {
  const setting = machine.path("proc/sys/net/ipv4/conf/eth0.7/proxy_arp");
  mkdirSync(dirname(setting), { recursive: true });
  writeFileSync(setting, "0\n");
  chmodSync(setting, 0o666);
  const desired = spec({ namespace: "ns", veth: "veth7", interface: "eth0.7" });
  const absent = { ABSENT: "veth7" };
  const { stdout, calls } = machine.run(["netns", "apply", "p/s/n"], desired, absent);
  expect(readFileSync(setting, "utf8")).toBe("1\n");
  expect(stdout).toContain("+ sysctl -q -w net.ipv4.conf.eth0/7.proxy_arp=1\n");
  const read = calls.filter(([tool, option]) => tool === "sysctl" && option === "-n").flat();
  expect(read).toContain("net.ipv4.conf.eth0/7.proxy_arp");
  const written = calls.filter(([tool, option]) => tool === "sysctl" && option !== "-n").flat();
  expect(written.filter((word) => word.includes("conf.eth0/7"))).toEqual([]);
});

test("a web server that listens on its own address alone takes what was made for a virtual one along", () => {
  const ground = (server: string) => spec({ vip: "10.10.10.100", interface: "eth0", server });
  const web = (listen: string) => spec({ server: "apache", instance: "a", listen });
  const mark = (owner: string) => machine.path(`run/ipvs-lab/realserver/${owner}`);
  const made = machine.run(["realserver", "apply", "a-ground"], ground("a"));
  const words = "ip address add 10.10.10.100/32 dev lo scope host";
  expect(made.calls).toContainEqual(words.split(" "));
  machine.run(["realserver", "apply", "b-ground"], ground("b"));
  machine.run(["webserver", "apply", "p/s/a"], web("any"));
  expect(existsSync(mark("a-ground"))).toBe(true);
  const { calls } = machine.run(["webserver", "apply", "p/s/a"], web(""));
  // The other one needs the address still.
  expect([existsSync(mark("a-ground")), existsSync(mark("b-ground"))]).toEqual([false, true]);
  expect(calls.filter((call) => call.includes("del"))).toEqual([]);
  const last = machine.run(["realserver", "remove", "b-ground"], ground("b"));
  expect(last.calls).toContainEqual(["ip", "address", "del", "10.10.10.100/32", "dev", "lo"]);
  expect(machine.run(["realserver", "remove", "a-ground"], ground("a")).status).toBe(0);
});

// drain() has $(($2 - waited)), and whatever stands in $((…)) is an expression to the shell: dash
// assigns here, and bash would even run "key[$(canary)]". IpvsService lets only whole numbers through.
test("a draining time that is no number is not computed with", () => {
  machine.run(["--generation", "new", "service", "apply", "p/s/n", "30"], service);
  const { stdout } = machine.run(["service", "remove", "p/s/n", "begin=5"], service);
  expect(stdout).not.toContain("5 s at most");
});

test("a program that could reach the real machine is not run", () => {
  expect(relocated("PATH=/bin\n>/etc/motd", "/tmp/x")).toBe(
    "PATH=/tmp/x/bin\n>/tmp/x/root/etc/motd",
  );
  expect(() => relocated("PATH=/bin\n>/home/me", "/tmp/x")).toThrow("could reach /home/me");
  expect(() => relocated("PATH=/bin\ncat</dev/sda", "/tmp/x")).toThrow("could reach /dev/sda");
  expect(() => relocated("PATH=/a\nPATH=/b", "/tmp/x")).toThrow("in exactly one place");
});

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
