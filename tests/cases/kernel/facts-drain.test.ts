import { RealServer } from "../../../components/backends/realServer";
import { Director } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { IpvsService, IpvsServiceArgs } from "../../../components/service/ipvsService";
import { IpvsTable } from "../../../components/table/ipvsTable";
import { Vip } from "../../../components/vip/vip";
import { directorLab } from "../../support/kernel/namespaces";

const lab = directorLab("kernel-d");

type Options = Partial<IpvsServiceArgs> & Pick<IpvsServiceArgs, "scheduler">;

const members = ["192.0.2.21", "192.0.2.22"];

function service(count: number, options: Options) {
  return (host: Host) => {
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address: "192.0.2.100" });
    const realServers = members
      .slice(0, count)
      .map((address, i) => new RealServer(`w${i + 1}`, { address, forwarding: "gate" }));
    new IpvsService("web", { director, vip, port: 80, realServers, drainTimeout: 12, ...options });
  };
}

function table(count: number, { scheduler, schedulerFlags }: Options) {
  return (host: Host) => {
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address: "192.0.2.100" });
    const realServers = members
      .slice(0, count)
      .map((address) => ({ address, forwarding: "gate" as const }));
    const services = [{ address: "192.0.2.100", port: 80, scheduler, schedulerFlags, realServers }];
    new IpvsTable("web", { director, services, drainTimeout: 12, after: [vip] });
  };
}

/** A connection that lives on, and then many new ones from as many clients. */
const clients = `
for n in $(seq 60 99); do c ip addr add 192.0.2.$n/24 dev eth0 2>/dev/null || true; done
cat >/tmp/kernel-d/many.py <<'MANY'
import collections, os, socket, sys, time
def ask(n, hold=False):
    s = socket.socket(); s.settimeout(3); s.bind(("192.0.2.%d" % n, 0))
    try:
        s.connect(("192.0.2.100", 80)); s.sendall(b"x"); who = s.recv(99).decode().split()[0]
    except OSError as e: return type(e).__name__, None
    if hold: return who, s
    s.close(); return who, None
held = {}
for n in range(60, 100):
    who, s = ask(n, True)
    if who == "w2" and not held: held[n] = s
    elif s: s.close()
print("held", len(held)); sys.stdout.flush()
told = collections.Counter()
while not os.path.exists("/tmp/kernel-d/stop"):
    for n in range(60, 100):
        told[ask(n)[0]] += 1
        time.sleep(0.05) # The update needs the processor, too.
lives = 0
for s in held.values():
    try: s.sendall(b"x"); lives += s.recv(99).startswith(b"w2")
    except OSError: pass
print("refused", told["ConnectionRefusedError"] + told["TimeoutError"], "lives", lives)
MANY
`;

/** Takes w2 out while clients come, and tells what they said and what the update printed. */
async function leave(
  declare: (count: number, o: Options) => (host: Host) => void,
  options: Options,
) {
  await lab.up(declare(2, options));
  const wait = (until: string) => `for i in $(seq 240); do ${until} && break; sleep 0.5; done`;
  lab.run(
    `${clients}
    rm -f /tmp/kernel-d/stop; c python3 /tmp/kernel-d/many.py >/tmp/kernel-d/said 2>&1 </dev/null &
    ${wait("grep -q held /tmp/kernel-d/said")}`,
  );
  const printed = await lab.up(declare(1, options));
  const said = lab.run(
    `touch /tmp/kernel-d/stop; ${wait("grep -q lives /tmp/kernel-d/said")}; cat /tmp/kernel-d/said`,
  );
  const line = lab.run("lb ipvsadm -Sn | grep -- -A");
  return { printed, said, line };
}

for (const scheduler of ["sh", "mh"] as const) {
  for (const [name, declare] of [
    ["service", service],
    ["table", table],
  ] as const) {
    test(`facts: who leaves a ${name} under ${scheduler} drains, and no new client is refused`, async () => {
      const { printed, said, line } = await leave(declare, { scheduler });
      expect(said).toContain("held 1");
      expect(said).toMatch(/refused 0 /);
      expect(printed).toContain(`-s ${scheduler} -b ${scheduler}-fallback`);
      expect(printed).toContain("draining");
      expect(line).toBe(`-A -t 192.0.2.100:80 -s ${scheduler}\n`);
      expect(lab.wrong()).toEqual([]);
    }, 240_000);
  }
}

test("facts: the flags that such a service has come back as they were", async () => {
  const { said, line } = await leave(service, { scheduler: "sh", schedulerFlags: ["sh-port"] });
  expect(said).toMatch(/refused 0 /);
  expect(line).toBe("-A -t 192.0.2.100:80 -s sh -b sh-port\n");
}, 240_000);

for (const [name, declare] of [
  ["service", service],
  ["table", table],
] as const) {
  test(`facts: who leaves a ${name} under dh is taken out at once, as all its clients would be refused`, async () => {
    await lab.up(declare(2, { scheduler: "dh" }));
    const printed = await lab.up(declare(1, { scheduler: "dh" }));
    expect(printed).not.toContain("-w 0");
    expect(lab.run("ask c 192.0.2.100 80 3")).toBe("w1\n".repeat(3));
    expect(lab.wrong()).toEqual([]);
  }, 240_000);
}
