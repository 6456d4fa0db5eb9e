import { Example } from "../../support/lab/exampleStack";
import { configure, on, plan, tryOn, up } from "../../support/lab/harness";
import { askDuring, Asked, longestSilence, losing } from "../../support/lab/requestsDuring";

/*
 * examples/keepalived-pair on the lab's two machines. Neither can be a client: there is one in a network
 * namespace of machine2, which lives on when machine1 dies.
 */

const example = new Example("keepalived-pair");
const vip = "10.10.10.130";
const url = new URL(`http://${vip}:8080/`);
const inside = "ip netns exec ns-client";
const client = { machine: "machine2", inside, url };

beforeAll(async () => {
  configure();
  await example.begin();
  example.settings({
    servers: [
      { ...example.server("machine1", "10.10.10.1/24"), name: "lb1", webServer: "10.10.10.41" },
      { ...example.server("machine2", "10.10.10.2/24"), name: "lb2", webServer: "10.10.10.42" },
    ],
    ...{ vip, port: 8080 },
  });
  await on(
    "machine2",
    `ip netns add ns-client
     ip link add veth-client type veth peer name veth0 netns ns-client
     ip link set veth-client up; sysctl -qw net.ipv4.conf.veth-client.proxy_arp=1
     ip route add 10.10.10.31/32 dev veth-client src 10.10.10.2
     ip -n ns-client addr add 10.10.10.31/24 dev veth0; ip -n ns-client link set veth0 up
     ip -n ns-client link set lo up
     # It is behind a director, which drops what comes to it from an address of its own.
     sysctl -qw net.ipv4.conf.enp0s8.accept_local=1`,
  );
}, 120_000);
afterAll(async () => {
  example.forget();
  await on(
    "machine2",
    `ip link del veth-client; ip netns del ns-client
     sysctl -qw net.ipv4.conf.enp0s8.accept_local=0; rm -f /tmp/ask.*`,
  );
});

/** The machines that have the virtual address. */
async function masters(): Promise<string[]> {
  const has = `ip -o -4 addr show dev enp0s8 | grep -c ' ${vip}/' || true`;
  const both = await Promise.all(["machine1", "machine2"].map((machine) => on(machine, has)));
  return ["machine1", "machine2"].filter((_, i) => both[i]?.trim() === "1");
}

/** What each director's kernel has of the service, and how it shares connections. */
async function directors(): Promise<string[]> {
  const look = "ipvsadm -Sn | grep 8080; ipvsadm -Ln --daemon";
  return Promise.all(["machine1", "machine2"].map((machine) => on(machine, look)));
}

const answers = (asked: Asked[]) => new Set(asked.map(({ answer }) => answer));

test("the first director has the address, both have the service and tell each other of connections", async () => {
  await example.up();
  expect(await masters()).toEqual(["machine1"]);
  const [first = "", second] = await directors();
  expect(second).toBe(first);
  expect(first).toMatch(/-r 10\.10\.10\.41:8080 -i -w 1[^]*-r 10\.10\.10\.42:8080 -i -w 1/);
  expect(first).toMatch(
    /^master sync daemon \(mcast=enp0s8[^]*^backup sync daemon \(mcast=enp0s8/m,
  );
  // Neighbours have to find each other first, which takes a second each where others answer for them.
  const order = await on("machine2", `for i in 1 2 3 4; do ${inside} curl -s ${url.href}; done`);
  expect(new Set(order.trim().split("\n"))).toEqual(new Set(["lb1", "lb2"]));
  expect(await example.operations()).toEqual([]);
  expect(await plan()).toEqual({});
});

test("a web server that is stopped gets no request three seconds later, and is back when it answers", async () => {
  const asked = await askDuring(client, async () => {
    await wait(2);
    await on("machine1", "systemctl stop ipvs-lab-lb1-web");
    await wait(6);
    await on("machine1", "systemctl start ipvs-lab-lb1-web");
    await wait(6);
  });
  console.log(`a stopped web server: ${said(asked)}`);
  expect(losing(asked)).toBeLessThan(3);
  expect(answers(asked.slice(0, 20))).toContain("lb1");
  // It has the fewest connections then.
  expect(answers(asked.slice(-10))).toContain("lb1");
});

test("when the director in charge dies another answers, and connections live on that others can serve", async () => {
  const held = await startDownloads();
  expect(held).toBeGreaterThan(0);
  const asked = await askDuring(client, async () => {
    await wait(2);
    // As if the power failed: the kernel ends at once, and starts anew.
    const die = "echo 1 >/proc/sys/kernel/sysrq; sleep 1; echo b >/proc/sysrq-trigger";
    await on("machine1", `nohup sh -c '${die}' >/dev/null 2>&1 </dev/null &`);
    await wait(8);
  });
  console.log(`a dead director: ${said(asked)}`);
  expect(longestSilence(asked)).toBeLessThan(3);
  expect(answers(asked.slice(-10))).toEqual(new Set(["lb2"]));
  expect(await endDownloads(held)).toBe(held);
});

test("a director that comes back is ready by itself, and takes no address away", async () => {
  await until("machine1", "systemctl is-active --quiet 'keepalived-*'");
  await wait(3);
  expect(await masters()).toEqual(["machine2"]);
  const [first = "", second = ""] = await directors();
  // What was in namespaces has to be made again.
  expect(first).toBe(second);
  expect(first).not.toContain("10.10.10.41");
  const { all } = await example.pulumi("preview");
  expect(all).toContain("lb1 has rebooted");
  const asked = await askDuring(client, async () => {
    await example.up();
    // It is asked once a second whether it lives.
    await wait(5);
  });
  // The check of lb1's web server succeeds before the tunnel to it is there again: the other one answers.
  expect(longestSilence(asked)).toBeLessThan(3);
  expect(answers(asked)).toContain("lb1");
  expect(await masters()).toEqual(["machine2"]);
  expect(await example.operations()).toEqual([]);
});

test("what somebody changes of it by hand is named by the preview, and up puts it back", async () => {
  const before = await directors();
  const file = "/etc/keepalived/ipvs-lab.d/*/vrrp-10.10.10.130.conf";
  await on("machine1", `sed -i 's/priority 250/priority 20/' ${file}`);
  await on("machine2", "ipvsadm --stop-daemon backup");
  const { all } = await example.pulumi("preview");
  expect(all).toContain("vrrp-10.10.10.130.conf has been changed");
  expect(all).toContain("the backup connection synchronisation daemon on enp0s8 is gone");
  await example.up();
  expect(await directors()).toEqual(before);
  expect(await masters()).toHaveLength(1);
  expect(await example.operations()).toEqual([]);
});

test("destroyed, nothing is left of it on either director", async () => {
  await example.destroy();
  for (const machine of ["machine1", "machine2"]) {
    const left = await on(
      machine,
      "ipvsadm -Sn; ipvsadm -Ln --daemon; ip -o addr; ip netns; ls /etc/keepalived; systemctl list-units --all 'keepalived-*'",
    );
    expect(left).not.toMatch(/8080|sync daemon|10\.10\.10\.(130|4[12])|ns-lb|ipvs-lab\.d/);
    expect(left).not.toContain("keepalived-keepalived-pair");
  }
  await example.end();
  // The lab's own things were lost when machine1 died.
  await up();
  expect(await plan()).toEqual({});
});

const big = 30_000_000;

/** Starts downloads that take their time, and returns how many of them lb2's web server has. */
async function startDownloads(): Promise<number> {
  const file = (name: string) => `/var/lib/ipvs-lab/web/${name}-web/htdocs/big`;
  const make = (name: string) => `truncate -s ${big} ${file(name)}; chmod 644 ${file(name)}`;
  await on("machine1", make("lb1"));
  const held = await on(
    "machine2",
    `${make("lb2")}; rm -f /tmp/slow.go
     cat >/tmp/slow.py <<'END'
import os, sys, time, urllib.request
answer, read = urllib.request.urlopen(sys.argv[1]), 0
while chunk := answer.read(16384):
    read += len(chunk)
    if not os.path.exists("/tmp/slow.go"): time.sleep(0.1)
print(read)
END
     # Open connections weigh more than ended ones: each director has some of these.
     for n in 1 2 3 4; do
       ${inside} python3 /tmp/slow.py ${url.href}big >/tmp/slow.$n 2>/dev/null & echo $! >>/tmp/slow.pids
       sleep 1
     done
     until [ $(${inside} ss -Htn state established '( dport = :8080 )' | wc -l) = 4 ]; do sleep 0.2; done
     ip netns exec ns-lb2 ss -Htn state established '( sport = :8080 )' | wc -l`,
  );
  return Number(held);
}

/** Lets the downloads come to their ends, and returns how many have come whole. */
async function endDownloads(expected: number): Promise<number> {
  const whole = await on(
    "machine2",
    `touch /tmp/slow.go
     for i in $(seq 100); do
       whole=$(grep -lx ${big} /tmp/slow.[1-4] | wc -l); [ $whole -lt ${expected} ] || break; sleep 0.2
     done
     kill $(cat /tmp/slow.pids) 2>/dev/null; rm -f /tmp/slow.*; echo $whole`,
  );
  return Number(whole);
}

function said(asked: Asked[]): string {
  const lost = asked.filter(({ answer }) => answer === null).length;
  return `${lost} of ${asked.length} requests lost within ${losing(asked).toFixed(1)} s, longest silence ${longestSilence(asked).toFixed(1)} s`;
}

/** Waits until a command succeeds on a machine, which may be starting. */
async function until(machine: string, command: string): Promise<void> {
  while ((await tryOn(machine, command)).code !== 0) {
    await wait(1);
  }
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
