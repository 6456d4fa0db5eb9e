import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { programDigest, programPath, spec } from "../../../components/host/kernel";
import { evaluated } from "../../support/evaluate";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const others = [
  ...["-o=APT::Update::Pre-Invoke::=id", "./x.deb", "/tmp/x.deb", "curl=1.0", "curl/sid"],
  ...["curl:i386", "sudo-", "c", "Curl", "../../etc"],
];
test.each(others)("review 11: %j is no package's name: neither installed nor released", (name) => {
  for (const [verb, settings] of [
    ["apply", { packages: `ipvsadm ${name}` }],
    ["remove", { packages: `ipvsadm ${name}`, purge: "true" }],
  ] as const) {
    const { status, stderr, calls } = machine.run(["director", verb, "p/s/n"], spec(settings));
    expect({ verb, status, stderr }).toEqual({
      ...{ verb, status: 1 },
      stderr: expect.stringContaining(`packages: "${name}" is not the name of a Debian package`),
    });
    expect(calls.filter(([tool]) => ["apt-get", "rm"].includes(tool ?? ""))).toEqual([]);
  }
});

test.each(["etc/cron.d/x", "var/lib/ipvs-lab/bin/../x", "var/lib/ipvs-lab/bin/"])(
  "review 11: the program is not put into another one's place: %s",
  (path) => {
    const run = machine.run(["host", "install", `${machine.folder}/root/${path}`, "why"]);
    expect(run.stderr).toContain("is no place of this program");
    expect(run.calls.filter(([tool]) => tool === "install")).toEqual([]);
  },
);

test("review 11: a proof asks without root's rights, or not at all", () => {
  const asked = spec({ url: "file:///etc/shadow", requests: 1 });
  const { stderr, calls } = machine.shell(
    `SUDO_UID=1000 ${machine.program} proof read p/s/n`,
    asked,
  );
  expect(stderr).toContain("a proof does not need root");
  expect(calls.filter(([tool]) => tool === "curl")).toEqual([]);
});

/** What a service's check may be, and what keepalived would make of other words. */
function checked(lines: string, found = ""): { stderr: string; config: boolean } {
  // Of a real machine the program looks at files with find: here they are as this says.
  machine.tool("find", found);
  machine.run(["keepalived", "apply", "p/s/d"], spec({ instance: "d" }));
  const service = "-A -t 10.10.10.100:80 -s rr\n-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1\n";
  const words = ["keepalivedservice", "apply", "p/s/w", "d", "web", "0"];
  const { stderr } = machine.run(words, `${service}\n${lines}\n`);
  return { stderr, config: machine.exists("etc/keepalived/ipvs-lab.d/d/web.conf") };
}

test.each([
  ['notify_up "/bin/sh -c id"', "notify_up"],
  ["  misc_path /bin/sh", "misc_path /bin/sh"],
  ['  misc_path "check"', 'misc_path "check"'],
  ["include /etc/shadow", "include /etc/shadow"],
  ["  quorum_down /bin/x", "quorum_down"],
  ["$X=noti", "$X=noti"],
])("review 11: keepalived is told to run nothing but checks: %s", (line, named) => {
  const { stderr, config } = checked(line);
  expect(stderr).toContain("something else than a check here, which ipvs-lab never asks for");
  expect(stderr).toContain(named);
  expect(config).toBe(false);
});

test("review 11: a check that is not there is named, and one that others can change with the way out", () => {
  expect(checked('misc_path "/usr/none"').stderr).toContain("has no program /usr/none");
  machine.file("usr/local/check", "#!/bin/sh\n");
  const at = machine.path("usr/local/check");
  chmodSync(at, 0o755);
  const others = checked(`misc_path "${at} 10.10.10.2"`, `echo "$2"`);
  expect(others.stderr).toContain(
    `check.command: others than root can change ${at} on machine, so keepalived does not run ${at}: chown root:root ${at} && chmod go-w ${at}`,
  );
  expect(others.config).toBe(false);
  expect(checked(`misc_path "${at} 10.10.10.2"`)).toEqual({ stderr: "", config: true });
});

test("review 11: root's list narrows the checks down", () => {
  machine.file("usr/local/check", "#!/bin/sh\n");
  const at = machine.path("usr/local/check");
  chmodSync(at, 0o755);
  machine.file("etc/ipvs-lab/checks", "/bin/true\n");
  expect(checked(`misc_path "${at}"`).stderr).toContain(
    `check.command: ${at} is not one of those that`,
  );
  machine.file("etc/ipvs-lab/checks", `/bin/true\n${at}\n`);
  expect(checked(`misc_path "${at}"`)).toEqual({ stderr: "", config: true });
});

const own = { digest: programDigest, path: programPath };
const [old, other] = ["a".repeat(64), "b".repeat(64)];
const oldPath = `/var/lib/ipvs-lab/bin/ipvs-lab-${"a".repeat(12)}`;

const versions = ["Sudo version 1.9.13p3", "sudo-rs 0.2.13", ""];

interface Evaluated {
  texts: Record<"sudo" | "sudo-rs", string>;
  found: { sudo?: string; programs: object[] }[];
  previous: object[];
}
let evaluation: Evaluated;

// One process for all of it, as starting one takes a second.
beforeAll(async () => {
  machine.file("sudoers", `# sha256:${other} /x\nCmnd_Alias A = sha256:${old} ${oldPath}, \\\n`);
  const there = `${old}  ${oldPath}\n${old}  ${oldPath}.generation\n${other}  ${oldPath}`;
  const answers = versions.map((version) => `${version}\n@@\n${there}\n`);
  const given = { user: "bob", program: own, before: [at(old)], found: [at(other)] };
  const text = (sudo: string) => `sudoersText(${JSON.stringify({ ...given, sudo })})`;
  evaluation = (await evaluated(
    "cli/sudoers/programs.ts",
    `import(${JSON.stringify(join(__dirname, "../../../cli/sudoers/rules.ts"))}).then(({ sudoersText }) => ({
      texts: { sudo: ${text("sudo")}, "sudo-rs": ${text("sudo-rs")} },
      found: ${JSON.stringify(answers)}.map(m.parseProbe),
      previous: m.programsNamedBy(${JSON.stringify(machine.path("sudoers"))}),
    }))`,
  )) as Evaluated;
});

function at(digest: string) {
  return { digest, path: `/var/lib/ipvs-lab/bin/ipvs-lab-${digest.slice(0, 12)}` };
}

/** The lines of rules that are no comment. */
function rules(sudo: "sudo" | "sudo-rs"): string[] {
  return evaluation.texts[sudo].split("\n").filter((line) => !/^(#|$)/.test(line));
}

test("review 11: sudo compares both programs, this version's and the one before, and names no third", () => {
  expect(rules("sudo")).toEqual([
    `Cmnd_Alias IPVS_LAB = sha256:${own.digest} ${own.path}, \\`,
    `  /usr/bin/install -D -m 755 /dev/stdin ${own.path}, \\`,
    "  /usr/bin/install -d -m 711 /var/lib/ipvs-lab, \\",
    "  /usr/bin/install -d -m 755 /var/lib/ipvs-lab/bin",
    `Cmnd_Alias IPVS_LAB_BEFORE = sha256:${old} ${oldPath}, \\`,
    `  /usr/bin/install -D -m 755 /dev/stdin ${oldPath}`,
    "bob ALL=(root) NOPASSWD: IPVS_LAB, IPVS_LAB_BEFORE",
  ]);
  const all = evaluation.texts.sudo;
  expect(all).toContain(`# add --previous ${other}`);
  expect(all).toContain("After `npm run up` of this version\n# in each stack that has the machine");
});

test("review 11: what such a login can do is said in the file itself", () => {
  for (const all of Object.values(evaluation.texts)) {
    expect(all).toMatch(
      /# Guard this login as root's own[^]*installs and purges any package[^]*check\.command/,
    );
  }
});

test("review 11: for sudo-rs root puts the programs in place, and the login may not", () => {
  expect(rules("sudo-rs")).toEqual([
    `Cmnd_Alias IPVS_LAB = ${own.path}`,
    `Cmnd_Alias IPVS_LAB_BEFORE = ${oldPath}`,
    "bob ALL=(root) NOPASSWD: IPVS_LAB, IPVS_LAB_BEFORE",
  ]);
  expect(evaluation.texts["sudo-rs"]).toContain(own.digest);
});

test("review 11: a machine says which sudo it has, and which programs are there", () => {
  const programs = [at(old)];
  expect(evaluation.found).toMatchObject([
    { sudo: "sudo", programs },
    { sudo: "sudo-rs", programs },
    { programs },
  ]);
  expect(evaluation.found[2]).not.toHaveProperty("sudo");
});

test("review 11: what was there before is known by the sudoers file that is there now", () => {
  expect(evaluation.previous).toEqual([at(old)]);
});
