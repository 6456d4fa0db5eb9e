import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Access, programPath } from "../../../components";
import {
  configure,
  npm,
  on,
  output,
  plan,
  pulumi,
  Result,
  root,
  run,
  succeeds,
  tryOn,
  up,
} from "../../support/lab/harness";
import { alternates, verify } from "../../support/lab/traffic";

const folder = join(root, ".state/imported");

beforeAll(() => {
  configure();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Pulumi on the program that `import` printed. */
function imported(...args: string[]): Promise<Result> {
  return run("pulumi", [...args, "--cwd", folder, "--stack", "imported", "--non-interactive"]);
}

async function table(): Promise<string> {
  return on(
    "machine1",
    "ipvsadm -Sn | sort; ipvsadm -Ln --thresholds | awk '{ print $1, $2, $3, $4 }'",
  );
}

test("an object of somebody else's is refused by the preview, all of them at once, with what to do", async () => {
  await on(
    "machine1",
    "ip addr add 10.10.10.150/24 dev enp0s8; ipvsadm -A -t 10.10.10.150:80 -s rr",
  );
  configure({ vip: "10.10.10.150" });
  const { code, all } = await pulumi("preview");
  expect(code).not.toBe(0);
  for (const what of ["address 10.10.10.150/24 on enp0s8", "virtual service -t 10.10.10.150:80"]) {
    expect(all).toContain(
      `${what} exists on machine1 already and was not made by ipvs-lab: ` +
        "remove it there, choose another, or set adopt: true to take it over",
    );
  }
  await on("machine1", "ip addr del 10.10.10.150/24 dev enp0s8; ipvsadm -D -t 10.10.10.150:80");
  configure();
});

/** A login whose sudo rights are what `npm run sudoers` prints, and no more. */
const limited = "limited";

test("a login may have so few rights that the program can do its work, and nothing else", async () => {
  const { stdout: rights } = await succeeds(
    npm("sudoers", "--user", limited, "--host", "machine1"),
  );
  await on(
    "machine1",
    `useradd --create-home --shell /bin/sh --password '*' ${limited}
     cp -r /home/vagrant/.ssh /home/${limited}/ && chown -R ${limited}: /home/${limited}/.ssh
     cat >/etc/sudoers.d/ipvs-lab <<'END'\n${rights}\nEND
     chmod 440 /etc/sudoers.d/ipvs-lab && visudo -c >/dev/null`,
  );
  const as = (command: string) => tryOn("machine1", `su ${limited} -c '${command}'`);
  // The last one is sudo-rs.
  expect((await as("sudo -n ipvsadm -Ln")).all).toMatch(
    /password is required|not allowed|I'm afraid I can't do that/,
  );
  expect((await as("sudo -n sh -c id")).code).not.toBe(0);
  const install = `cat ${programPath} | sudo -n install -D -m 755 /dev/stdin`;
  // sudo compares the program's digest; sudo-rs has none, so root alone puts the program there.
  const compares = rights.includes("sha256:");
  expect((await as(`${install} ${programPath}`)).code === 0).toBe(compares);
  expect((await as(`${install} /usr/bin/other`)).code).not.toBe(0);
  expect((await as(`sudo -n ${programPath} observe`)).stdout).toContain("@@ end");
});

test("import prints the program of what was made by hand; adopted, it changes nothing, and its preview is empty", async () => {
  await on(
    "machine1",
    `ip addr add 10.10.10.160/32 dev enp0s8
     ipvsadm -A -t 10.10.10.160:8080 -s wrr
     ipvsadm -a -t 10.10.10.160:8080 -r 10.10.10.2:80 -m -w 3 -x 500 -y 400
     ipvsadm -a -t 10.10.10.160:8080 -r 10.10.10.3:80 -m -w 2
     ipvsadm -A -f 7 -s sh -b sh-port -p 60 -M 255.255.255.0; ipvsadm -a -f 7 -r 10.10.10.2 -g -w 4
     ipvsadm -A -u 10.10.10.161:53 -s sh -o -p 60 -M 255.0.255.0
     ipvsadm -A -u 10.10.10.163:53 -s sh -o`,
  );
  const before = await table();
  const { stdout, stderr } = await succeeds(npm("import", "--host", "machine1"));
  expect(stderr).toContain("left out: 10.10.10.161:53/udp: persistence.netmask: ");
  expect(stderr).toContain("note: 10.10.10.163:53/udp: no interface has its address");
  // The lab's own service is another stack's: only the one made by hand is taken over.
  const own = /^(?:const vip_10_10_10_100 |new IpvsService\("tcp-10\.10\.10\.100-80")[^]*?;\n/gm;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "index.ts"),
    `${stdout}\n`
      .replace(own, "")
      .replace("./components", "../../components")
      .replace('user: "vagrant"', `user: "${limited}"`),
  );
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    `name: imported\nmain: index.ts\nruntime:\n  name: nodejs\n  options: { tsconfig: ../../tsconfig.pulumi.json }\n`,
  );
  await run("pulumi", ["stack", "init", "imported", "--cwd", folder]);
  const { machine1 } = await output<Record<string, Access>>("machines");
  const key = readFileSync(machine1?.identityFile ?? "", "utf8");
  const config = [
    "config",
    "set",
    "--secret",
    "privateKey",
    "--cwd",
    folder,
    "--stack",
    "imported",
  ];
  await succeeds(run("pulumi", config, key));

  await succeeds(imported("up", "--yes", "--skip-preview"));
  expect(await table()).toBe(before);
  const { stdout: steps } = await succeeds(imported("preview", "--json"));
  expect(JSON.parse(steps)).toMatchObject({
    changeSummary: { same: expect.any(Number) as number },
  });
  expect(Object.keys((JSON.parse(steps) as { changeSummary: object }).changeSummary)).toEqual([
    "same",
  ]);
});

test("two stacks share a director: neither sees the other's objects as drift", async () => {
  expect(await plan()).toEqual({});
  configure({ scheduler: "wrr" });
  await up();
  const { stdout } = await succeeds(imported("preview", "--json"));
  expect((JSON.parse(stdout) as { changeSummary: object }).changeSummary).not.toHaveProperty(
    "update",
  );
  configure();
  await up();
});

test("destroying one of the two leaves the other serving, and what was never declared", async () => {
  await succeeds(imported("destroy", "--yes", "--skip-preview"));
  const left = await on("machine1", "ipvsadm -Sn; ip -o -4 addr; ls /run/ipvs-lab/*");
  expect(left).not.toContain("10.10.10.160:8080");
  expect(left).not.toContain("10.10.10.160/32");
  expect(left).not.toContain("-f 7");
  expect(left).not.toContain("10.10.10.163:53");
  expect(left).toContain("-A -u 10.10.10.161:53 -s sh -p 60 -M 255.0.255.0 -o");
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  expect(await plan()).toEqual({});
  await on("machine1", "ipvsadm -D -u 10.10.10.161:53");
  await run("pulumi", ["stack", "rm", "imported", "--yes", "--cwd", folder]);
});
