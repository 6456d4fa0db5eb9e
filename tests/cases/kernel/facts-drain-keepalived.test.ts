import type { SchedulerFlag, Scheduler } from "../../../components/ipvs/schedulers";
import { KeepalivedTestbed, m1, m2, vip } from "../../support/kernel/keepalivedTestbed";

/*
 * sh, mh and dh choose a member of weight 0, too, and refuse its clients: who leaves a service of a running
 * keepalived drains all the same, and no client is refused. tests/cases/kernel/facts-drain.test.ts is the same
 * for the engine ipvsadm and for tables.
 */

let testbed: KeepalivedTestbed;

beforeAll(async () => {
  testbed = await KeepalivedTestbed.build();
  await testbed.must(
    "for n in $(seq 60 89); do ip addr add 198.51.100.$n/24 dev klcases; done; cat >/run/klcases/many.py",
    many,
  );
}, 240_000);
afterEach(() => testbed.service("remove", 80, [{ address: m1, port: 80 }], { drain: 0 }), 120_000);
afterAll(() => testbed.end(), 120_000);

/** One of the second member's clients has a connection until drainTimeout, and many come from thirty addresses. */
const many = `import collections, os, socket, sys, time
def ask(n, hold=False):
    s = socket.socket(); s.settimeout(5); s.bind(("198.51.100.%d" % n, 0))
    try:
        s.connect(("${vip}", 80))
        if hold: return "", s
        return answer(s), None
    except OSError as e: return type(e).__name__, None
def answer(s):
    s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n"); all = b""
    while part := s.recv(999): all += part
    s.close()
    return all.decode().split("\\n")[-2]
held = next((n for n in range(60, 90) if ask(n)[0] == "member 2"), None)
kept = ask(held, True)[1] if held else None
print("held", held); sys.stdout.flush()
told = collections.Counter()
while not os.path.exists("/run/klcases/stop"):
    for n in range(60, 90):
        told[ask(n)[0]] += 1
        time.sleep(0.05) # The update needs the processor, too.
print(dict(told))
`;

const [one, both] = [[m1], [m1, m2]].map((all) => all.map((address) => ({ address, port: 80 })));

/** Takes the second member out while clients come. */
async function leave(options: { scheduler: Scheduler; schedulerFlags?: SchedulerFlag[] }) {
  const made = await testbed.service("apply", 80, both ?? [], { drain: 6, ...options });
  expect(made).toMatchObject({ code: 0 });
  await testbed.must("rm -f /run/klcases/stop");
  const clients = testbed.must("python3 /run/klcases/many.py");
  await testbed.must("sleep 5");
  const { code, text } = await testbed.service("apply", 80, one ?? [], { drain: 6, ...options });
  await testbed.must("touch /run/klcases/stop");
  const said = await clients;
  const head = await testbed.must(`ipvsadm -Sn | grep -- '-A -t ${vip}:80 '`);
  return { code, text, said, head };
}

for (const scheduler of ["sh", "mh"] as const) {
  test(`facts: who leaves a keepalived's service under ${scheduler} drains, and no client is refused`, async () => {
    const { code, text, said, head } = await leave({ scheduler });
    expect(code).toBe(0);
    expect(text).toContain(`-s ${scheduler} -b ${scheduler}-fallback`);
    expect(text).toContain("draining");
    expect(said).toMatch(/^held \d+\n.*'member 1': /);
    expect(said).not.toContain("Error");
    expect(head).toBe(`-A -t ${vip}:80 -s ${scheduler}\n`);
    expect(await testbed.table(80)).toEqual([`${m1}:80 1`]);
  }, 400_000);
}

test("facts: the flags of a keepalived's service come back as they were", async () => {
  const { code, said, head } = await leave({ scheduler: "sh", schedulerFlags: ["sh-port"] });
  expect(code).toBe(0);
  expect(said).not.toContain("Error");
  expect(head).toBe(`-A -t ${vip}:80 -s sh -b sh-port\n`);
}, 400_000);

test("facts: who leaves a keepalived's service under dh is taken out at once", async () => {
  const { code, text } = await leave({ scheduler: "dh" });
  expect(code).toBe(0);
  expect(text).toContain("scheduler dh refuses clients");
  expect(text).not.toContain("-w 0");
  expect(await testbed.table(80)).toEqual([`${m1}:80 1`]);
}, 400_000);
