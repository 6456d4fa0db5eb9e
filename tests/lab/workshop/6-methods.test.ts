import { join } from "node:path";
import { configure, on, plan, Result, root, run, succeeds } from "../../support/lab/harness";

const folder = join(root, "tests/lab/programs/methods");
const direct = "10.10.10.110";
const tunnels = "10.10.10.111";
const shared = "10.10.10.112";

function methods(...args: string[]): Promise<Result> {
  return run("pulumi", [...args, "--cwd", folder, "--stack", "methods", "--non-interactive"]);
}

/** Who answers a machine, one request after the other. */
async function answers(vip: string, client = "machine2"): Promise<string[]> {
  const ask = `for i in 1 2 3 4; do curl -sS --max-time 10 http://${vip}:8080/; done`;
  return (await on(client, ask)).trim().split("\n");
}

const near = "ip netns exec ns-near";
const far = "ip netns exec ns-far";

/** All on a machine that the program holds for its director and its members, line by line. */
async function state(): Promise<string> {
  const settings = "for i in all default; do sysctl net.ipv4.conf.$i.rp_filter; done";
  const machine1 = await on(
    "machine1",
    `ipvsadm -Sn | sort; ipvsadm -Ln --timeout; ipvsadm -Ln --daemon
     sysctl net.ipv4.vs | sort; ${settings}; ip -o addr; ip netns`,
  );
  const machine2 = await on("machine2", `${settings}; ip -o addr; ip netns; ip -o link`);
  // Neither the lifetimes of addresses nor the order of interfaces is ours; modules stay, with theirs.
  return `${machine1}\n${machine2}`
    .replace(/^\d+: |valid_lft .*$/gm, "")
    .replace(/^(tunl|gre)0.*\n/gm, "");
}

let before = "";

beforeAll(async () => {
  configure();
  before = await state();
  await run("pulumi", ["stack", "init", "methods", "--cwd", folder]);
});

test("direct routing and every kind of tunnel reach members whose answers go past the director", async () => {
  await succeeds(methods("up", "--yes", "--skip-preview"));
  for (const vip of [direct, tunnels]) {
    const order = await answers(vip);
    expect(order.slice().sort()).toEqual(["far", "far", "near", "near"]);
    expect(order[0]).toBe(order[2]);
  }
  expect(await on("machine1", "ipvsadm -Ln --timeout; ipvsadm -Ln --daemon")).toMatch(
    /: 600 120 60\n.*master sync daemon \(mcast=enp0s8, syncid=7,/,
  );
  const { stdout } = await succeeds(methods("preview", "--json"));
  const { changeSummary } = JSON.parse(stdout) as { changeSummary: object };
  expect(Object.keys(changeSummary)).toEqual(["same"]);
  expect(await plan()).toEqual({});
});

test("a machine and its namespace share the virtual address, and the director is their client", async () => {
  // What machine2 asks its namespace must not come from that address: it would not be answered.
  await on("machine2", "ip neigh flush to 10.10.10.22");
  const order = await answers(shared, "machine1");
  expect(order.slice().sort()).toEqual(["far", "far", "whole", "whole"]);
  expect(order[0]).toBe(order[2]);
});

test("a member sees who asks, at the virtual address", async () => {
  // Apache has its kernel complete a connection with the request's first bytes (TCP_DEFER_ACCEPT).
  const connect = `exec 3<>/dev/tcp/${direct}/8080 4<>/dev/tcp/${direct}/8080; printf G >&3; printf G >&4; sleep 30`;
  await on("machine2", `nohup bash -c '${connect}' >/dev/null 2>&1 & echo $! >/tmp/hold.pid`);
  const look = (ns: string) =>
    `for i in $(seq 50); do ${ns} ss -Htn state established '( sport = :8080 )' | grep . && break; sleep 0.2; done`;
  const held = /10\.10\.10\.110\]?:8080\s+\[?(::ffff:)?10\.10\.10\.2\]?:/;
  expect(await on("machine1", look(near))).toMatch(held);
  expect(await on("machine2", look(far))).toMatch(held);
  await on("machine2", "kill $(cat /tmp/hold.pid); rm /tmp/hold.pid");
});

const drift: [string, string, string][] = [
  ["machine1", "ipvsadm --set 700 0 0", "timeout tcp is 700, not 600"],
  ["machine1", "sysctl -qw net.ipv4.vs.sloppy_tcp=0", "net.ipv4.vs.sloppy_tcp is 0, not 1"],
  [
    "machine1",
    "ipvsadm --stop-daemon master",
    "the master connection synchronisation daemon on enp0s8 is gone",
  ],
  [
    "machine1",
    `${near} ip addr del ${direct}/32 dev lo`,
    `address ${direct}/32 is gone from lo in ns-near`,
  ],
  [
    "machine1",
    `${near} sysctl -qw net.ipv4.conf.veth0.arp_ignore=0`,
    "net.ipv4.conf.veth0.arp_ignore in ns-near is 0, not 1",
  ],
  ["machine1", `${near} ip link del ipvs-gre`, "interface ipvs-gre in ns-near is gone"],
  ["machine2", `${far} ip link set ipvs-ipip down`, "interface ipvs-ipip in ns-far is down"],
  ["machine2", `${far} ip fou del port 5555 gue`, "the UDP port 5555 of tunnels in ns-far is gone"],
];

test("what somebody changes of it by hand is named by the preview, and up puts it back", async () => {
  const good = await state();
  for (const machine of ["machine1", "machine2"]) {
    await on(
      machine,
      ["set -e", ...drift.filter(([m]) => m === machine).map(([, c]) => c)].join("\n"),
    );
  }
  const { all } = await succeeds(methods("preview"));
  expect(drift.map(([, , said]) => said).filter((said) => !all.includes(said))).toEqual([]);
  await succeeds(methods("up", "--yes", "--skip-preview"));
  expect(await state()).toBe(good);
  expect((await answers(direct)).sort()).toEqual(["far", "far", "near", "near"]);
  expect((await answers(tunnels)).sort()).toEqual(["far", "far", "near", "near"]);
});

test("destroyed, all is as it was before, and the lab's own preview is empty", async () => {
  await succeeds(methods("destroy", "--yes", "--skip-preview"));
  expect(await state()).toBe(before);
  expect(await plan()).toEqual({});
  await run("pulumi", ["stack", "rm", "methods", "--yes", "--cwd", folder]);
});
