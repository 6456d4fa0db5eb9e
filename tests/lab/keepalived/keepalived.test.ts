import { configure, on, plan, pulumi, succeeds, up } from "../../support/lab/harness";
import { alternates, page1, page2, verify } from "../../support/lab/traffic";

const engine = "keepalived";
/** Once a second, and out at the first failure. */
const check = { type: "http", path: "/", interval: 1, timeout: 1, retries: 0 };
const instance = "ipvs-lab-test-director";
const unit = `keepalived-${instance}.service`;
const file = `/etc/keepalived/ipvs-lab.d/${instance}/tcp-10.10.10.100-80.conf`;
const service = "web-tcp-10.10.10.100-80";
const tcp = "-t 10.10.10.100:80";

/** What the kernel has of the service. */
async function table(): Promise<string> {
  return on("machine1", "ipvsadm -Sn");
}

/** How many seconds it takes until a member is in the kernel's table, or is not. */
async function secondsUntil(member: string, there: boolean): Promise<number> {
  const has = `ipvsadm -Sn | grep -q -- '-r ${member}'`;
  const begin = Date.now();
  await on(
    "machine1",
    `n=0; until ${there ? has : `! { ${has}; }`} || [ $n -ge 100 ]; do n=$((n + 1)); sleep 0.2; done
     [ $n -lt 100 ]`,
  );
  return (Date.now() - begin) / 1000;
}

/** Whoever answers ten requests from the director; a request that fails makes it fail. */
async function answers(): Promise<string[]> {
  const ask = "for i in 1 2 3 4 5 6 7 8 9 10; do curl -sSf --max-time 5 http://10.10.10.100/; done";
  return [...new Set((await on("machine1", `set -e; ${ask}`)).trim().split("\n"))].sort();
}

const mainProcess = () => on("machine1", `systemctl show -P MainPID ${unit}`);

test("a check is refused by the preview as long as nobody would make it", async () => {
  configure({ check });
  const { code, all } = await pulumi("preview");
  expect(all).toContain(
    'IpvsService "web": realServers[0] "BACKEND-1": check: needs a director with engine: "keepalived"',
  );
  expect(code).not.toBe(0);
});

test("keepalived makes the service that ipvsadm had made, in files and with a unit of its own", async () => {
  const others =
    "ls -A /etc/keepalived | grep -v ipvs-lab.d; systemctl is-active keepalived || true";
  configure();
  const before = [await table(), await on("machine1", others)];
  configure({ engine, check });
  expect(Object.keys(await plan())).toEqual(
    expect.arrayContaining(["director-keepalived", service]),
  );
  await up();
  expect([await table(), await on("machine1", others)]).toEqual(before);
  expect(await on("machine1", `systemctl is-active ${unit}`)).toBe("active\n");
  expect(alternates((await verify("--from", "machine1")).clients.machine1?.order ?? [])).toBe(true);
  expect(await plan()).toEqual({});
});

test("a backend that is stopped gets no requests three seconds later, and that is no drift", async () => {
  await on("machine2", "systemctl stop ipvs-lab-backend-1");
  expect(await secondsUntil("10.10.10.2:80", false)).toBeLessThan(3);
  expect(await answers()).toEqual([page2]);
  const changes = Object.keys(await plan());
  expect(changes).not.toContain(service);
  expect(changes).not.toContain("director-keepalived");
});

test("a backend that answers again is back, and the preview empty", async () => {
  await on("machine2", "systemctl start ipvs-lab-backend-1");
  expect(await secondsUntil("10.10.10.2:80", true)).toBeLessThan(5);
  expect(await answers()).toEqual([page1, page2]);
  expect(await plan()).toEqual({});
});

const changed = { scheduler: "wrr", backend1: { weight: 3, upperThreshold: 100 } };

test("a change is lines of ipvsadm in the preview, and keepalived is not started anew for it", async () => {
  const before = await mainProcess();
  configure({ engine, check, ...changed });
  const { stdout } = await succeeds(pulumi("preview", "--diff"));
  expect(stdout).toMatch(/\+ +-a -t 10\.10\.10\.100:80 -r 10\.10\.10\.2:80 -m -w 3 -x 100/);
  await up();
  expect(await table()).toContain(`-A ${tcp} -s wrr\n`);
  expect(await on("machine1", "ipvsadm -Ln --thresholds")).toMatch(/10\.10\.10\.2:80 +100 /);
  expect(await mainProcess()).toBe(before);
  expect(await plan()).toEqual({});
});

test.each<[changes: string, words: string[]]>([
  [
    `echo '# by hand' >>${file}; ipvsadm -E ${tcp} -s lc; ipvsadm -e ${tcp} -r 10.10.10.3:80 -m -w 5`,
    [
      `${file} has been changed`,
      `virtual service ${tcp} has scheduler lc, not wrr`,
      "real server 10.10.10.3:80 has weight 5, not 1",
    ],
  ],
  [`rm ${file}; ipvsadm -D ${tcp}`, [`${file} is gone`, `virtual service ${tcp} is gone`]],
  [`systemctl stop ${unit}`, [`${unit} is inactive`, `virtual service ${tcp} is gone`]],
])("after `%s` the preview says so, and up repairs it", async (changes, words) => {
  const before = await table();
  await on("machine1", changes);
  const { all } = await succeeds(pulumi("up", "--yes"));
  const [preview = ""] = all.split("Updating (");
  for (const word of words) {
    expect(preview).toContain(word);
  }
  expect(await table()).toBe(before);
  expect(await on("machine1", `systemctl is-active ${unit}; cat ${file}`)).not.toContain("by hand");
  expect(await plan()).toEqual({});
});

test("a program that is not there is an error before anything is changed", async () => {
  const before = await on("machine1", `ipvsadm -Sn; cat ${file}`);
  configure({ engine, check: { type: "script", command: "/nowhere/check" }, ...changed });
  const { code, all } = await pulumi("up", "--yes", "--skip-preview");
  expect(all).toContain("check.command: machine1 has no program /nowhere/check");
  expect(code).not.toBe(0);
  expect(await on("machine1", `ipvsadm -Sn; cat ${file}`)).toBe(before);
});

test("a program on the director decides who is in", async () => {
  await on(
    "machine1",
    `printf '#!/bin/sh\\n[ ! -e "/run/check-lab-$1" ]\\n' >/usr/local/sbin/check-lab
     chmod 755 /usr/local/sbin/check-lab`,
  );
  const command = "/usr/local/sbin/check-lab fails";
  configure({ engine, check: { type: "script", command, interval: 1, retries: 0 } });
  await up();
  await on("machine1", "touch /run/check-lab-fails");
  expect(await secondsUntil("10.10.10.2:80", false)).toBeLessThan(3);
  await on("machine1", "rm /run/check-lab-fails");
  expect(await secondsUntil("10.10.10.2:80", true)).toBeLessThan(5);
});

test("a program that others than root can change is an error, too", async () => {
  await on("machine1", "chmod 777 /usr/local/sbin/check-lab");
  const command = "/usr/local/sbin/check-lab other";
  configure({ engine, check: { type: "script", command } });
  const { code, all } = await pulumi("up", "--yes", "--skip-preview");
  expect(all).toContain("others than root can change /usr/local/sbin/check-lab on machine1");
  expect(code).not.toBe(0);
});

test("without keepalived nothing is left of it, and the service is as it was", async () => {
  configure();
  await up();
  await on("machine1", "rm /usr/local/sbin/check-lab");
  const left = await on(
    "machine1",
    "ls /etc/keepalived /etc/systemd/system; find /var/lib/ipvs-lab -type f; find /etc/systemd -name 'keepalived-*'",
  );
  expect(left).not.toMatch(/ipvs-lab\.d|keepalived-|keepalivedservice|\/keepalived\//);
  expect(alternates((await verify("--from", "machine2")).clients.machine2?.order ?? [])).toBe(true);
  expect(await plan()).toEqual({});
});
