import { existsSync } from "node:fs";
import { join } from "node:path";
import { readLab } from "../../../providers/qemu/settings";
import { foreign } from "../../support/lab/foreignObjects";
import {
  configure,
  forget,
  npm,
  on,
  plan,
  pulumi,
  machineFiles,
  root,
  run,
  succeeds,
  up,
  vagrant,
} from "../../support/lab/harness";
import { readsAsLog } from "../../support/lab/logFormat";
import { alternates, verify } from "../../support/lab/traffic";

afterAll(() => {
  forget();
});

/** What others made on the director: much, and some of it right beside the lab's own. */
async function others(): Promise<string> {
  return on(
    "machine1",
    `ipvsadm -Sn | grep -e 192.0.2 -e :8080; ip -o -4 addr | grep -e 203.0.113 -e 10.10.10.200; ip netns list | grep foreign`,
  );
}

let made: string;

test("500 services, 50 addresses and 10 namespaces of others come through changes byte for byte", async () => {
  await on("machine1", foreign);
  await on(
    "machine1",
    `ipvsadm -A -t 10.10.10.100:8080 -s lc && ipvsadm -a -t 10.10.10.100:8080 -r 10.10.10.2:80 -m
     ip addr add 10.10.10.200/24 dev enp0s8`,
  );
  made = await others();
  expect(made.split("\n").length).toBeGreaterThan(1060);
  expect(await plan()).toEqual({});
  configure({ scheduler: "wrr", backend1: { weight: 3 }, vip: "10.10.10.110" });
  await up();
  expect(await others()).toBe(made);
  configure();
  await up();
  expect(await others()).toBe(made);
});

test("clean-up undoes the workshop step by step; what was made by hand stays", async () => {
  const { stdout } = await succeeds(npm("destroy", "--keep-machines"));
  expect(stdout).toMatch(readsAsLog);
  expect(stdout).toContain("\n      + ipvsadm -D -t 10.10.10.100:80\n");
  expect(await others()).toBe(made);
  const services = await on("machine1", "ipvsadm -Sn");
  expect(services.split("\n").length).toBe(500 * 2 + 2 + 1);
  expect(await on("machine1", "ip -o -4 addr show enp0s8")).not.toContain("10.10.10.100");
  expect(await on("machine1", "ip netns list | grep -v foreign || echo none")).toBe("none\n");
  const left =
    "nft list tables; sysctl -n net.ipv4.ip_forward; ls -A /run/ipvs-lab /var/lib/ipvs-lab /etc/systemd/system | grep -i ipvs-lab; dpkg -l apache2 | tail -1";
  expect(await on("machine1", `${left} | cut -c1-2`)).toBe("0\nii\n");
});

test("up after it makes the same lab on the same machines again, beside what others made", async () => {
  await up();
  expect(await others()).toBe(made);
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
});

test("a machine that is already gone is no error; destroy leaves nothing", async () => {
  await succeeds(vagrant("destroy", "--force", "machine2"));
  await succeeds(npm("destroy"));
  const { stdout } = await succeeds(pulumi("stack", "export"));
  expect(JSON.parse(stdout)).not.toHaveProperty("deployment.resources.0");
  // Another checkout may test at the same time.
  const titles = [...readLab(root, "test").machines.values()].map(({ title }) => title).join("|");
  expect((await run("pgrep", ["-af", `qemu-system.*(${titles})`])).stdout).toBe("");
  const ids = ["libvirt", "qemu"].map((by) => join(machineFiles, "machines/machine1", by, "id"));
  expect(ids.filter((id) => existsSync(id))).toEqual([]);
});

test("destroying twice is fine", async () => {
  await succeeds(npm("destroy"));
  expect(Object.keys(await plan()).length).toBeGreaterThan(0);
});
