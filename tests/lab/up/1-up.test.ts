import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Access, Answers, Explanation, programPath } from "../../../components";
import { readLab } from "../../../providers/qemu/settings";
import {
  configure,
  npm,
  on,
  output,
  plan,
  pulumi,
  root,
  run,
  stack,
  succeeds,
  up,
} from "../../support/lab/harness";
import { readsAsLog } from "../../support/lab/logFormat";
import { alternates, page1, page2, verify } from "../../support/lab/traffic";

// The parts of the lab's tests run in the order of their files, each on what the one before left.

beforeAll(() => {
  configure();
});

test("`npm start` brings up the lab and ends with the alternation from both machines", async () => {
  const { stdout } = await succeeds(npm("start"));
  expect(stdout).toMatch(readsAsLog);
  // One line for each finished resource, with its time, and below it what it ran.
  expect(
    stdout.match(/^ {2}\+ command:remote:Command director created \(.*\d+ s\)$/gm),
  ).toHaveLength(1);
  expect(stdout).toContain("\n      + ipvsadm -A -t 10.10.10.100:80 -s rr\n");
  expect(stdout).toMatch(/^\S+ 30 created \(.*\d+ s\)$/m);
  const answers = await output<Record<string, Answers>>("answers");
  for (const machine of ["machine1", "machine2"]) {
    const { order = [], counts } = answers[machine] ?? {};
    expect(order).toHaveLength(6);
    expect(alternates(order)).toBe(true);
    expect(counts).toEqual({ [page1]: 3, [page2]: 3 });
    expect(stdout).toMatch(
      new RegExp(
        `^${machine}( +BACKEND-1 +BACKEND-2){3}|^${machine}( +BACKEND-2 +BACKEND-1){3}`,
        "m",
      ),
    );
  }
});

test("an emulated machine keeps little translated code in this computer's memory", async () => {
  for (const { title } of readLab(root, stack).machines.values()) {
    const { stdout } = await succeeds(run("pgrep", ["-af", `qemu-system.*${title}`]));
    expect(stdout).toMatch(/ -accel (tcg,tb-size=128|kvm) /);
  }
});

test("the outputs show the table as ipvsadm prints it", async () => {
  const table = await output<string>("table");
  expect(table).toMatch(/TCP {2}10\.10\.10\.100:80 rr/);
  expect(table).toMatch(/-> 10\.10\.10\.2:80 +Masq +1/);
  expect(table).toMatch(/-> 10\.10\.10\.3:80 +Masq +1/);
});

test("the stack explains itself: each thing's command shows it on its machine", async () => {
  const objects = await output<Record<string, Explanation>>("objects");
  expect(Object.keys(objects)).toEqual(
    expect.arrayContaining([
      "director",
      "BACKEND-1",
      "BACKEND-2",
      "vip",
      "web",
      "nat",
      "redirect-vip",
      "redirect",
    ]),
  );
  for (const { machine, look } of Object.values(objects)) {
    expect(await on(machine, look)).not.toBe("");
  }
});

test("verify makes six new requests from each machine, and they alternate", async () => {
  const { clients } = await verify("--requests", "6");
  expect(Object.keys(clients)).toEqual(["machine1", "machine2"]);
  for (const { order } of Object.values(clients)) {
    expect(order).toHaveLength(6);
    expect(alternates(order)).toBe(true);
  }
});

test("the second web server really listens inside the namespace, and nothing outside answers for it", async () => {
  const inside = await on("machine1", "ip netns exec ns-backend2 ss -Hltnp");
  expect(inside).toMatch(/10\.10\.10\.3:80 .*apache2/);
  const outside = await on("machine1", "ss -Hltnp; ip -o -4 addr show");
  expect(outside).not.toMatch(/:80 /);
  expect(outside).not.toContain("10.10.10.3");
  await on("machine1", "systemctl stop ipvs-lab-backend-2");
  expect(await on("machine1", "curl -s --max-time 3 http://10.10.10.3/ || echo nobody")).toBe(
    "nobody\n",
  );
  await on("machine1", "systemctl start ipvs-lab-backend-2");
});

test("a preview right after is empty", async () => {
  expect(await plan()).toEqual({});
});

test("a second up changes nothing", async () => {
  const before = await on("machine1", "ipvsadm -Sn; ip -br addr; ip netns");
  const { stdout } = await up("--expect-no-changes");
  expect(stdout).toMatch(/\d+ unchanged/);
  expect(await on("machine1", "ipvsadm -Sn; ip -br addr; ip netns")).toBe(before);
});

test("what the program keeps on a machine is root's alone, pages the web server's too; all may read the program", async () => {
  const kept = "find /run/ipvs-lab /var/lib/ipvs-lab";
  for (const machine of ["machine1", "machine2"]) {
    const open = await on(machine, `${kept} '(' -perm /o+rw -o -perm /g+w ')' -printf '%m %p\\n'`);
    expect(open.trim().split("\n")).toEqual([`755 ${dirname(programPath)}`, `755 ${programPath}`]);
    const shared = await on(machine, `${kept} -perm /g+r ! -perm /o+r -printf '%m %g %f\\n'`);
    expect(shared).toBe("750 www-data htdocs\n640 www-data index.html\n");
  }
});

test("no secret is anywhere in plain text: state, history, previews, updates, errors", async () => {
  const machines = await output<Record<string, Access>>("machines");
  const key = readFileSync(machines.machine1?.identityFile ?? "", "utf8");
  const passphrase = readFileSync(join(root, ".state/passphrase"), "utf8").trim();
  // A line of the key is enough to know it by.
  const [line = ""] = key.split("\n").slice(2);
  expect(line.length).toBeGreaterThan(50);
  expect(passphrase.length).toBeGreaterThan(10);

  configure({ requests: 7, interface: "enp0s99" });
  const failed = await pulumi("up", "--yes", "--diff");
  expect(failed.code).not.toBe(0);
  configure();
  await up();
  const said = [
    failed,
    await pulumi("preview", "--diff"),
    await pulumi("stack", "export"),
    await pulumi("stack", "output", "--json"),
    await run("cat", [join(root, "Pulumi.test.yaml")]),
  ].map(({ all }) => all);
  expect(said[2]).toContain("ciphertext");
  const files = await run("find", [
    ...[join(root, ".state/.pulumi"), "-type", "f"],
    ...["-exec", "cat", "{}", "+"],
  ]);
  for (const text of [...said, files.stdout]) {
    expect(text.includes(line)).toBe(false);
    expect(text.includes(passphrase)).toBe(false);
  }
});
