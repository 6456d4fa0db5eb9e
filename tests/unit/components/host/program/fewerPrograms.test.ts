import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spec } from "../../../../../components/host/kernel";
import { FakeMachine, type Call } from "../../../../support/shell/fakeMachine";
import { ScriptMachine } from "../../../../support/shell/scriptMachine";

/** What the program does without starting another one: on an emulated machine each costs 0.04 s, and sudo 0.3 s. */

const machine = new FakeMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const words = ["--generation", "new"];
const nat = spec({ vip: "10.10.10.100", network: "10.10.10.0/24" });
const started = (calls: Call[], name: string) => calls.filter(([tool]) => tool === name);

function file(path: string, text = ""): void {
  mkdirSync(dirname(machine.path(path)), { recursive: true });
  writeFileSync(machine.path(path), text);
}

test("a new machine gets the program with one sudo for the file, and one for the program itself", () => {
  const fresh = new ScriptMachine();
  try {
    fresh.withoutRoot();
    rmSync(fresh.path("var/lib/ipvs-lab"), { recursive: true });
    fresh.tool("sudo", 'echo "$*" >>"$T/state/sudo" && shift && exec "$@"');
    const path = fresh.path("var/lib/ipvs-lab/bin/ipvs-lab-0");
    expect(fresh.run(["host", "install", path, "why"]).stderr).toBe("");
    const asked = readFileSync(join(fresh.folder, "state/sudo"), "utf8").trimEnd().split("\n");
    expect(asked.map((line) => line.split(" ")[1]?.split("/").at(-1))).toEqual([
      "install",
      "ipvs-lab-0",
    ]);
  } finally {
    fresh.close();
  }
});

describe("where nf_tables is a module that is not loaded, there is no table", () => {
  const module = "lib/modules/6.1.0/kernel/net/netfilter/nf_tables.ko.xz";

  test.each([
    ["the module is there and not loaded", [module], false],
    ["it is loaded", [module, "sys/module/nf_tables/refcnt"], true],
    ["the kernel may have it built in", [], true],
  ])("%s", (_, files, asked) => {
    file("proc/sys/kernel/osrelease", "6.1.0\n");
    files.forEach((path) => {
      file(path);
    });
    rmSync(machine.path("proc/net/ip_vs"));
    // A table by that name would be somebody else's.
    const { status } = machine.run([...words, "nat", "apply", "p/s/nat"], nat, { PRESENT: "yes" });
    expect(status).toBe(asked ? 1 : 0);
    const { stdout, calls } = machine.run(["observe"]);
    expect(stdout).toMatch(/^@@ end$/m);
    expect(started(calls, "nft")).toHaveLength(asked ? 1 : 0);
  });
});

test("an interface that the kernel has by that name is not asked for", () => {
  const vip = spec({ address: "10.10.10.100/24", interface: "eth0" });
  const add = (name: string) => ["ip", "address", "add", "10.10.10.100/24", "dev", name];
  // The fake ip knows it by another name.
  expect(machine.run([...words, "address", "apply", "p/s/a"], vip).calls).toContainEqual(
    add("kernel0"),
  );
  machine.reset();
  file("proc/sys/net/ipv4/conf/eth0/proxy_arp", "0\n");
  expect(machine.run([...words, "address", "apply", "p/s/a"], vip).calls).toContainEqual(
    add("eth0"),
  );
});

test.each(["all", "default", "..", "."])("%s is no interface of that name", (name) => {
  file("proc/sys/net/ipv4/conf/all/proxy_arp", "0\n");
  file("proc/sys/net/ipv4/conf/default/proxy_arp", "0\n");
  const { status, stderr } = machine.run(["host", "check", name], "", { ABSENT: name });
  expect(status).toBe(1);
  expect(stderr).toContain(`machine has no interface "${name}"`);
});

test.each(["a b", "a\\", "a'b", 'a"', "a#b", "a;b"])(
  "a value that ip would not read as one word is refused: %s",
  (value) => {
    const netns = spec({ namespace: "ns", veth: "veth7", gateway: value });
    const run = machine.run([...words, "netns", "apply", "p/s/n"], netns, { ABSENT: "veth7" });
    expect(run.stderr).toContain(`ipvs-lab: "${value}" is no name or address for ip`);
    expect(started(run.calls, "ip")).toEqual([]);
  },
);

test.each([1, 99, 100, 101, 250])("a service of %d lines arrives as it is", (count) => {
  const members = Array.from(
    { length: count - 1 },
    (_, i) => `-a -t 10.0.0.1:80 -r 10.1.0.${i + 1}:80 -m -w 1\n`,
  );
  const lines = ["-A -t 10.0.0.1:80 -s rr\n", ...members].join("");
  const { calls } = machine.run([...words, "service", "apply", "p/s/web", "0"], lines);
  expect(calls).toContainEqual(["stdin", lines]);
});

test.each(["", "\n", "a", "a\n\n", "a\n".repeat(100), `${"é\n".repeat(150)}\n\n`, "\\a %s\n"])(
  "a page arrives with the line ends at its end: %j",
  (page) => {
    const web = `${spec({ server: "apache", instance: "w" })}\n${page}`;
    expect(machine.run([...words, "webserver", "apply", "p/s/w"], web).stderr).toBe("");
    const written = machine.path("var/lib/ipvs-lab/web/w/htdocs/index.html");
    expect(readFileSync(written, "utf8")).toBe(page);
  },
);

test("records are all printed, however many there are", () => {
  const count = 1203;
  const folder = machine.path("run/ipvs-lab/address");
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    writeFileSync(`${folder}/a${i}`, `owner p/s/${i}\ngeneration new\n\n`);
  }
  writeFileSync(`${folder}/a0.new`, "owner p/s/half\n");
  const { stdout, calls } = machine.run(["observe"]);
  expect(stdout.match(/^@ .*\/address\/a\d+$/gm)).toHaveLength(count);
  expect(stdout).not.toContain("p/s/half");
  expect(started(calls, "awk")).toHaveLength(1);
});
