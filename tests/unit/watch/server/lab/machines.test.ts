import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { evaluated } from "../../../../support/evaluate";

/** Programs in place of ssh and Vagrant. */
function programs(scripts: Record<string, string>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-machines-"));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return {
    PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`,
    IPVS_LAB_DRIVER: "vagrant",
  };
}

/** What an expression comes to, with the powers of machine1 and machine2 after each change. */
const machines = (expression: string) => `(async () => {
  const access = { host: "127.0.0.1", port: 1, user: "u", hostKey: "ssh-ed25519 AAAA" };
  const changes = [];
  const all = new m.Machines({
    machines: () => ({ stack: "test", access: { machine1: access, machine2: access } }),
    topology: () => ({
      machines: ["machine1", "machine2"],
      members: [{ name: "BACKEND-1", machine: "machine2" }],
    }),
    onChange: () => changes.push([all.powerOf("machine1"), all.powerOf("machine2")].join(" ")),
    onReachable: (machine) => changes.push(machine + " is reached"),
  });
  const why = await (${expression}).then(() => null, ({ message }) => message);
  return { changes, why };
})()`;
const module = "watch/server/lab/machines.ts";
const status = `printf '1,machine1,state,running\\n1,machine2,state,shutoff\\n'`;

test("the powers are the driver's", async () => {
  const { changes } = (await evaluated(
    module,
    machines("all.refresh()"),
    programs({ vagrant: status }),
  )) as { changes: string[] };
  expect(changes).toEqual(["on unknown", "on off"]);
});

test("a machine that is turned on is on its way until it answers", async () => {
  const turned = machines('all.perform({ action: "on", on: "machine2" })');
  const vagrant = `[ "$*" = "up machine2" ]`;
  expect(await evaluated(module, turned, programs({ vagrant }))).toEqual({
    changes: ["unknown starting", "unknown on", "machine2 is reached"],
    why: null,
  });
});

test("one that cannot be turned off is what the driver says", async () => {
  const turned = machines('all.perform({ action: "off", on: "machine1" })');
  const vagrant = `case $1 in status) ${status} ;; *) echo "it is locked"; exit 1 ;; esac`;
  expect(await evaluated(module, turned, programs({ vagrant }))).toEqual({
    changes: ["stopping unknown", "unknown unknown", "on unknown", "on off"],
    why: "it is locked",
  });
});

test("a web server is stopped by its unit, on its member's machine, as root", async () => {
  const stopped = machines('all.perform({ action: "stop", on: "BACKEND-1" })');
  const ssh = `for word; do :; done; echo "$word" >&2; exit 1`;
  const { why } = (await evaluated(module, stopped, programs({ ssh }))) as { why: string };
  expect(why).toContain("sudo -n systemctl stop ipvs-lab-backend-1.service");
});
