import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  forget,
  npm,
  on,
  plan,
  pulumi,
  root,
  run,
  succeeds,
  up,
  vagrantEnvironment,
} from "./harness";
import { alternates, verify } from "./traffic";

afterAll(() => {
  forget();
});

test("clean-up undoes the workshop step by step; what was made by hand stays", async () => {
  await on(
    "machine1",
    `ipvsadm -A -t 10.10.10.100:8080 -s lc && ipvsadm -a -t 10.10.10.100:8080 -r 10.10.10.2:80 -m
     ip addr add 10.10.10.200/24 dev enp0s8 && ip netns add ns-other`,
  );
  await succeeds(npm("destroy", "--keep-machines"));
  expect(await on("machine1", "ipvsadm -Sn")).toBe(
    "-A -t 10.10.10.100:8080 -s lc\n-a -t 10.10.10.100:8080 -r 10.10.10.2:80 -m -w 1\n",
  );
  const addresses = await on("machine1", "ip -o -4 addr show enp0s8");
  expect(addresses).toContain("10.10.10.200/24");
  expect(addresses).not.toContain("10.10.10.100");
  expect(await on("machine1", "ip netns")).toBe("ns-other\n");
  const left =
    "nft list tables; sysctl -n net.ipv4.ip_forward; ls -A /run/ipvs-lab /var/lib/ipvs-lab /etc/systemd/system | grep -i ipvs-lab; dpkg -l apache2 | tail -1";
  expect(await on("machine1", `${left} | cut -c1-2`)).toBe("0\nii\n");
});

test("up after it makes the same lab on the same machines again", async () => {
  await up();
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
});

test("a machine that is already gone is no error; destroy leaves nothing", async () => {
  await succeeds(run("vagrant", ["destroy", "--force", "machine2"], "", vagrantEnvironment));
  await succeeds(npm("destroy"));
  const { stdout } = await succeeds(pulumi("stack", "export"));
  expect(JSON.parse(stdout)).not.toHaveProperty("deployment.resources.0");
  expect((await run("pgrep", ["-af", "qemu-system.*ipvs-lab-test"])).stdout).toBe("");
  expect(existsSync(join(root, ".vagrant-test/machines/machine1/libvirt/id"))).toBe(false);
});

test("destroying twice is fine", async () => {
  await succeeds(npm("destroy"));
  expect(Object.keys(await plan()).length).toBeGreaterThan(0);
});
