import { Example } from "../../support/lab/exampleStack";
import { configure, on, plan, succeeds } from "../../support/lab/harness";

/*
 * examples/direct-routing-ipv6 on the lab's two machines, which get IPv6 addresses for it. Neither can be
 * a client: there is one in a network namespace of machine1, on a network of its own.
 */

const example = new Example("direct-routing-ipv6");
const vip = "2001:db8:10::100";
const client = "2001:db8:20::2";
const inside = "ip netns exec ns-client6";

/** What the example is to leave as it was. */
async function state(): Promise<string> {
  const look =
    "ipvsadm -Sn 2>/dev/null; ip -o addr; sysctl net.ipv6.conf.all.forwarding; ls /etc/systemd/system /var/lib/ipvs-lab/web";
  const machines = await Promise.all(["machine1", "machine2"].map((machine) => on(machine, look)));
  // A new interface's own address is tentative for a second.
  return machines.join("\n").replace(/ tentative(?= )|valid_lft .*$/gm, "");
}

let before = "";

beforeAll(async () => {
  configure();
  await example.begin();
  const server = (machine: string, last: number) => ({
    ...example.server(machine, `10.10.10.${last}/24`),
    address6: `2001:db8:10::${last}/64`,
  });
  example.settings({
    director: { ...server("machine1", 1), name: "lb1" },
    realServers: [{ ...server("machine2", 2), name: "app1", page: "app1" }],
    ...{ vip, port: 8080 },
  });
  await on(
    "machine1",
    `ip addr add 2001:db8:10::1/64 dev enp0s8 nodad
     ip netns add ns-client6
     ip link add veth-client6 type veth peer name veth0 netns ns-client6
     ip addr add 2001:db8:20::1/64 dev veth-client6 nodad; ip link set veth-client6 up
     ip -n ns-client6 addr add ${client}/64 dev veth0 nodad; ip -n ns-client6 link set veth0 up
     ip -n ns-client6 route add default via 2001:db8:20::1
     sysctl -qw net.ipv6.conf.all.forwarding=1`,
  );
  await on(
    "machine2",
    `ip addr add 2001:db8:10::2/64 dev enp0s8 nodad
     ip route add 2001:db8:20::/64 via 2001:db8:10::1`,
  );
  before = await state();
}, 120_000);
afterAll(async () => {
  example.forget();
  await on(
    "machine1",
    `ip link del veth-client6; ip netns del ns-client6; ip addr del 2001:db8:10::1/64 dev enp0s8
     sysctl -qw net.ipv6.conf.all.forwarding=0`,
  );
  await on("machine2", "ip route del 2001:db8:20::/64; ip addr del 2001:db8:10::2/64 dev enp0s8");
});

async function ask(): Promise<string> {
  return (await on("machine1", `${inside} curl -sgm 10 'http://[${vip}]:8080/'`)).trim();
}

test("a real server answers IPv6 clients itself, and sees who asks", async () => {
  await example.up();
  expect(await ask()).toBe("app1");
  const table = await on("machine1", "ipvsadm -Sn");
  expect(table).toContain(`-a -t [${vip}]:8080 -r [2001:db8:10::2]:8080 -g -w 1\n`);
  const hold = `exec 3<>/dev/tcp/${vip}/8080; printf G >&3; sleep 30`;
  await on(
    "machine1",
    `nohup ${inside} bash -c '${hold}' >/dev/null 2>&1 & echo $! >/tmp/hold.pid`,
  );
  const look = "ss -Htn state established '( sport = :8080 )' | grep . && break; sleep 0.2";
  const seen = await on("machine2", `for i in $(seq 50); do ${look}; done`);
  expect(seen).toContain(`[${vip}]:8080`);
  expect(seen).toContain(`[${client}]:`);
  await on("machine1", "kill $(cat /tmp/hold.pid); rm /tmp/hold.pid");
  expect(await example.operations()).toEqual([]);
  expect(await plan()).toEqual({});
});

test("a real server that lost the virtual address is named by the preview, and gets it back", async () => {
  await on("machine2", `ip addr del ${vip}/128 dev lo`);
  const { all } = await succeeds(example.pulumi("preview"));
  expect(all).toContain(`address ${vip}/128 is gone from lo`);
  await example.up();
  expect(await ask()).toBe("app1");
  expect(await example.operations()).toEqual([]);
});

test("destroyed, both machines are as they were", async () => {
  await example.destroy();
  expect(await state()).toBe(before);
  await example.end();
  expect(await plan()).toEqual({});
});
