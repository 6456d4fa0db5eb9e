import type { Check } from "../../../components/keepalived/healthCheck";
import {
  KeepalivedTestbed,
  m1,
  m2,
  nobody,
  unit,
  vip,
} from "../../support/kernel/keepalivedTestbed";

/*
 * Health checks that a real keepalived makes over DNS, SMTP, UDP and ICMP. Of the members of each service, the first
 * answers rightly, the second wrongly, and at the third address is nobody. Then the first two change places.
 */

jest.setTimeout(600_000);

/** The servers of a member; the file "wrong" beside its page decides how they answer. */
const servers = `import os, socket, sys, threading
wrong = lambda: os.path.exists("/run/klcases/%s/wrong" % sys.argv[1])
def udp(port, answer):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("0.0.0.0", port))
    while True:
        data, peer = s.recvfrom(600)
        text = answer(data)
        if text: s.sendto(text, peer)
def dns(data):
    # The question was for an A of www.example.org; the answer has an error (SERVFAIL), or none.
    if data[12:] != b"\\x03www\\x07example\\x03org\\x00\\x00\\x01\\x00\\x01": return None
    return data[:2] + bytes([0x81, 0x82 if wrong() else 0x80]) + data[4:]
def smtp():
    s = socket.create_server(("0.0.0.0", 25))
    while True:
        c, _ = s.accept()
        c.sendall(b"554 no\\r\\n" if wrong() else b"220 mail\\r\\n")
        lines = c.makefile()
        for line in lines:
            end = line.upper().startswith("QUIT")
            c.sendall(b"221 bye\\r\\n" if end else b"250 mail\\r\\n" if line == "HELO lb.example.org\\n" else b"501 who\\r\\n")
            if end: break
        lines.close(); c.close()
runs = [smtp] + [lambda a=a: udp(*a) for a in (
    (53, dns),
    (5514, lambda data: None if wrong() else data),
    (5515, lambda data: (b"\\x0b" if wrong() else b"\\x0a") + b"x" * 299 if data == b"\\x01\\x02" else None))]
for run in runs: threading.Thread(target=run).start()
`;

let testbed: KeepalivedTestbed;

beforeAll(async () => {
  testbed = await KeepalivedTestbed.build();
  await testbed.must("cat >/run/klcases/servers.py", servers);
  for (const n of [1, 2]) {
    await testbed.must(
      `ip netns exec klcase${n} setsid python3 /run/klcases/servers.py ${n} >/dev/null 2>&1 </dev/null &`,
    );
  }
});

afterAll(() => testbed.end());

/** From now on this one of the two members answers wrongly, also to pings. */
async function wrong(n: 1 | 2): Promise<void> {
  const other = 3 - n;
  await testbed.must(
    `touch /run/klcases/${n}/wrong; rm -f /run/klcases/${other}/wrong
     ip netns exec klcase${n} sysctl -qw net.ipv4.icmp_echo_ignore_all=1
     ip netns exec klcase${other} sysctl -qw net.ipv4.icmp_echo_ignore_all=0`,
  );
}

/** Who answers four requests to the virtual address. */
async function answers(port: number): Promise<string[]> {
  const ask = `for i in 1 2 3 4; do curl -sSf --max-time 5 http://${vip}:${port}/; done`;
  return [...new Set((await testbed.must(ask)).trim().split("\n"))];
}

/** Waits until the kernel has just this member. */
async function until(port: number, member: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const table = await testbed.table(port);
    if (table.length === 1 && table[0] === `${member}:80 1`) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(await testbed.table(port)).toEqual([`${member}:80 1`]);
}

const usual = { interval: 1, timeout: 1, retries: 0 };

test.each<[Check, string]>([
  [
    { type: "dns", recordType: "A", name: "www.example.org", port: 53, ...usual },
    "its name server does not answer A www.example.org without an error",
  ],
  [
    { type: "smtp", helo: "lb.example.org", port: 25, ...usual },
    "it accepts connections, and does not greet as a mail server does",
  ],
  [{ type: "udp", requireReply: true, port: 5514, ...usual }, "no answer over UDP within 1 s"],
  [
    { type: "udp", payload: "0102", reply: "0ax8", port: 5515, ...usual },
    "no answer over UDP that begins with 0ax8",
  ],
  [{ type: "ping", ...usual }, "no answer to a ping within 1 s"],
])("%j finds who answers rightly, and says why others do not", async (check, why) => {
  const port = 80;
  const member = (address: string) => ({ address, port, check });
  await wrong(2);
  const { code, text } = await testbed.service("apply", port, [m1, m2, nobody].map(member));
  expect(code === 0 ? "" : text).toBe("");
  expect(await testbed.table(port)).toEqual([`${m1}:80 1`]);
  expect(await answers(port)).toEqual(["member 1"]);
  await wrong(1);
  await until(port, m2);
  expect(await answers(port)).toEqual(["member 2"]);
  // An update to a check that nobody passes says why.
  await testbed.service("remove", port, [m1, m2, nobody].map(member));
  const refused = await testbed.service("apply", port, [member(m1)]);
  expect(refused.text).toContain(`so it is not made: ${m1}:80 (${why})`);
});

test("a check over UDP without an answer finds who has no such port, and machines that are down", async () => {
  const port = 80;
  const member = (address: string, to: number) => ({
    address,
    port,
    check: { type: "udp", port: to } as const,
  });
  const members = [member(m1, 5514), member(m2, 9999), member(nobody, 5514)];
  const { code, text } = await testbed.service("apply", port, members);
  expect(code === 0 ? "" : text).toBe("");
  expect(await testbed.table(port)).toEqual([`${m1}:80 1`]);
  expect(await answers(port)).toEqual(["member 1"]);
  await testbed.service("remove", port, members);
});

test("root's group may ping as long as a member is checked so, and as before afterwards", async () => {
  const setting = "net.ipv4.ping_group_range";
  const before = await testbed.must(`sysctl -n ${setting}`);
  await testbed.must(`sysctl -qw '${setting}=1 0'`);
  const members = [{ address: m2, port: 80, check: { type: "ping", ...usual } as const }];
  await wrong(1);
  expect((await testbed.service("apply", 80, members)).code).toBe(0);
  expect(await testbed.must(`sysctl -n ${setting}`)).toBe("0\t0\n");
  expect((await testbed.service("remove", 80, members)).code).toBe(0);
  expect(await testbed.must(`sysctl -n ${setting}`)).toBe("1\t0\n");
  await testbed.must(`sysctl -qw '${setting}=${before.trim().replace("\t", " ")}'`);
});

test("alpha: who is dead gets nothing when keepalived starts; setting it takes nobody out", async () => {
  const members = [m1, nobody].map((address) => ({ address, port: 80 }));
  const watch = "for i in $(seq 30); do ipvsadm -Sn; echo; sleep 0.2; done";
  const restart = () => testbed.must(`systemctl restart ${unit}`);
  expect((await testbed.service("apply", 80, members)).code).toBe(0);
  const [without] = await Promise.all([testbed.must(watch), restart()]);
  expect(without).toContain(`-r ${nobody}:80`);
  const [taken, { code }] = await Promise.all([
    testbed.must(watch),
    testbed.service("apply", 80, members, { alpha: true }),
  ]);
  expect(code).toBe(0);
  const tables = taken.split("\n\n").filter((table) => table !== "");
  expect(tables.filter((table) => !table.includes(`-r ${m1}:80`))).toEqual([]);
  const [alpha] = await Promise.all([testbed.must(watch), restart()]);
  expect(alpha).toContain(`-r ${m1}:80`);
  expect(alpha).not.toContain(`-r ${nobody}:80`);
});
