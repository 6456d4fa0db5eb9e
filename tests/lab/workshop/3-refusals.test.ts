import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configure, npm, on, pulumi, up } from "../../support/lab/harness";

afterAll(() => {
  configure();
});

test.each([
  [
    "an unknown scheduler",
    { scheduler: "fastest" },
    /ipvs-lab:scheduler: "fastest" is not one of rr, wrr/,
  ],
  [
    "a VIP outside its subnet",
    { vip: "10.10.11.100" },
    /Vip "vip": address: 10.10.11.100 is outside 10.10.10.0\/24/,
  ],
  [
    "a VIP that is a real server's",
    { vip: "10.10.10.2" },
    /realServers\[0\] "BACKEND-1": its address 10.10.10.2 is the virtual/,
  ],
  [
    "a VIP that is the interface's own",
    { vip: "10.10.10.1" },
    /Vip "vip": address: 10.10.10.1 is the own address of enp0s8/,
  ],
  ["a port above 65535", { port: 65536 }, /port: 65536 is not a whole number from 1 to 65535/],
  [
    "a weight below 0",
    { backend1: { weight: -1 } },
    /ipvs-lab:backend1\.weight: -1 is not a whole number from 0 to 65535/,
  ],
  ["a malformed prefix", { prefix: 33 }, /ipvs-lab:prefix: 33 is not a whole number from 1 to 30/],
  [
    "a machine not in the Vagrantfile",
    { backend1: { machine: "machine9" } },
    /no machine "machine9".*machine1, machine2/,
  ],
])("%s is refused at preview", async (_, change, message) => {
  configure(change);
  const { code, all } = await pulumi("preview");
  expect(all).toMatch(message);
  expect(code).not.toBe(0);
});

test("the policy pack refuses a scheduler that is not on its list", async () => {
  const config = join(tmpdir(), `ipvs-lab-policy-${process.pid}.json`);
  writeFileSync(config, JSON.stringify({ "allowed-schedulers": { schedulers: ["rr", "wrr"] } }));
  configure({ scheduler: "lc" });
  const { code, all } = await pulumi(
    "preview",
    "--policy-pack",
    "policy",
    "--policy-pack-config",
    config,
  );
  expect(all).toContain('IpvsService "web": scheduler "lc" is not allowed; allowed are rr, wrr.');
  expect(code).not.toBe(0);
});

test("a missing interface is refused at up, with those that exist, before anything is changed", async () => {
  const state = () =>
    Promise.all(
      ["machine1", "machine2"].map((name) =>
        on(name, "ipvsadm -Sn; ip -br addr; ls /var/lib/ipvs-lab/bin"),
      ),
    );
  const before = await state();
  configure({ interface: "enp0s99" });
  const { code, all } = await pulumi("up", "--yes", "--skip-preview");
  // Both machines lack it, and Pulumi ends with the first one that says so.
  expect(all).toMatch(/machine[12] has no interface "enp0s99"; it has: lo, .*enp0s8/);
  expect(code).not.toBe(0);
  expect(await state()).toEqual(before);
  configure();
  await pulumi("up", "--yes", "--skip-preview");
});

test("an object of somebody else's is refused by name, and stays", async () => {
  await on("machine1", "ip addr add 10.10.10.150/24 dev enp0s8");
  configure({ vip: "10.10.10.150" });
  const { code, all } = await pulumi("up", "--yes", "--skip-preview");
  expect(all).toContain(
    "address 10.10.10.150/24 on enp0s8 exists on machine1 already and was not made by ipvs-lab",
  );
  expect(code).not.toBe(0);
  expect(await on("machine1", "ip -o addr show enp0s8")).toContain("10.10.10.150/24");
  await on("machine1", "ip addr del 10.10.10.150/24 dev enp0s8");
  configure();
  const { code: again } = await pulumi("up", "--yes", "--skip-preview");
  expect(again).toBe(0);
});

test("a backend that never answers fails the update by its name", async () => {
  // A server that is stopped would be started again; this one runs, and nobody reaches it.
  await on(
    "machine2",
    `nft 'add table ip block; add chain ip block input { type filter hook input priority 0; }
          add rule ip block input tcp dport 80 reject with tcp reset'`,
  );
  configure({ requests: 8 });
  const { code, all } = await pulumi("up", "--yes", "--skip-preview");
  expect(all).toMatch(
    /BACKEND-1 never answered in 8 requests from machine1 to http:\/\/10\.10\.10\.100:80/,
  );
  expect(code).not.toBe(0);
  const verified = await npm("verify", "--from", "machine2");
  expect(verified.stderr).toContain("BACKEND-1 never answered in 6 requests from machine2");
  expect(verified.code).not.toBe(0);
  await on("machine2", "nft delete table ip block");
  configure();
  await up();
});
