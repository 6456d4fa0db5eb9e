import {
  instance,
  KeepalivedTestbed,
  m1,
  m2,
  nobody,
  unit,
  vip,
} from "../../support/kernel/keepalivedTestbed";

/*
 * Services that change hands while a real keepalived has them: between a table and a service of its own, between two
 * tables, and with the engine of their director. The kernel has them, and their connections, at each moment.
 */

jest.setTimeout(600_000);

const check = { type: "http", path: "/", interval: 1, timeout: 1, retries: 0 } as const;
const at = (address: string) => ({ address, port: 80, check });
const both = [at(m1), at(m2)];
const key = `-t ${vip}:80`;
const folder = `/etc/keepalived/ipvs-lab.d/${instance}`;
let testbed: KeepalivedTestbed;

beforeAll(async () => {
  testbed = await KeepalivedTestbed.build();
  await testbed.must("cat >/run/klcases/look.py", look);
});
afterAll(() => testbed.end());
afterEach(async () => {
  await testbed.services("remove", {}, { drain: 0 });
  await testbed.services("remove", {}, { drain: 0, name: "u" });
  await testbed.service("remove", 80, both, { drain: 0 });
  await testbed.plainServices("remove", {});
});

/**
 * Looks for the service and its members in the kernel as often as it can, and has a connection, which is used at the
 * end.
 */
const look = `import os, socket
def is_there():
    services = open("/proc/net/ip_vs").read().split("TCP  ")
    return any(s.startswith("C0000264:0050 ") and "C6336415:0050" in s and "C6336416:0050" in s for s in services)
s = socket.create_connection(("${vip}", 80)); s.settimeout(9)
looks = lacks = 0
while not os.path.exists("/run/klcases/over"):
    looks += 1
    lacks += not is_there()
s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
text = b""
while part := s.recv(999): text += part
print("often" if looks > 100 else looks, lacks, text.decode().split("\\n")[-2])
`;

/** Does something meanwhile. Services 80 and 81 have the first member each. */
async function kept(work: () => Promise<string>): Promise<string> {
  await testbed.must("rm -f /run/klcases/over");
  const looked = testbed.must("python3 /run/klcases/look.py");
  await testbed.must("sleep 1");
  const text = await work();
  await testbed.must("sleep 2; touch /run/klcases/over");
  expect(await looked).toMatch(/^often 0 member [12]\n$/);
  return text;
}

async function done(run: Promise<{ code: number; text: string }>): Promise<string> {
  const { code, text } = await run;
  expect(code === 0 ? "" : text).toBe("");
  return text;
}

/** The files and records of keepalived's services, and whether each file is as its record says. */
const owned = async () => {
  const asked = `cd ${folder}; for f in *.conf; do [ ! -f "$f" ] || echo "$f: $(sed -n 's/^virtual_server //p' $f | tr '\n' ' ')"; done
cd /var/lib/ipvs-lab; for f in keepalivedservice/* keepalivedtable/*; do [ ! -f "$f" ] || { echo "$f: $(grep -c ^-A "$f")"; sed -n 's/^also //p' "$f" | sha256sum -c; }; done
ls /run/ipvs-lab/servicetable 2>/dev/null || true`;
  return (await testbed.must(asked)).trim().split("\n");
};
const inService = [
  `s80.conf: ${vip} 80 { `,
  `table-t.conf: ${vip} 81 { `,
  `keepalivedservice/${key}: 1`,
  `${folder}/s80.conf: OK`,
  "keepalivedtable/kl:cases:t: 1",
  `${folder}/table-t.conf: OK`,
];
const inTable = [
  `table-t.conf: ${vip} 80 { ${vip} 81 { `,
  "keepalivedtable/kl:cases:t: 2",
  `${folder}/table-t.conf: OK`,
];
const gives = { generation: `0a0b0c0d gives ${key}` };

test("a service leaves a table for one of its own, whichever is run first", async () => {
  for (const isTableFirst of [true, false]) {
    await done(testbed.services("apply", { 80: both, 81: [at(m1)] }));
    expect(await owned()).toEqual(inTable);
    await kept(async () => {
      const table = () => done(testbed.services("apply", { 81: [at(m1)] }, gives));
      const service = () => done(testbed.service("apply", 80, both));
      for (const run of isTableFirst ? [table, service] : [service, table]) {
        await run();
      }
      return "";
    });
    expect(await owned()).toEqual(inService);
    expect(await done(testbed.service("apply", 80, both))).not.toMatch(
      /\+ (write|systemctl|ipvsadm)/,
    );
    await kept(() => done(testbed.services("apply", { 80: both, 81: [at(m1)] })));
    expect(await owned()).toEqual(inTable);
    // Its Command goes at the end of the update.
    await kept(() => done(testbed.service("remove", 80, both)));
    expect(await owned()).toEqual(inTable);
  }
});

test("a service moves from one table to another one, with other members", async () => {
  await done(testbed.services("apply", { 80: both, 81: [at(m1)] }));
  await kept(async () => {
    const name = "u";
    await done(testbed.services("apply", { 80: [...both, at(nobody)], 82: [at(m2)] }, { name }));
    return done(testbed.services("apply", { 81: [at(m1)] }, gives));
  });
  expect(await owned()).toEqual([
    `table-t.conf: ${vip} 81 { `,
    `table-u.conf: ${vip} 80 { ${vip} 82 { `,
    "keepalivedtable/kl:cases:t: 1",
    `${folder}/table-t.conf: OK`,
    "keepalivedtable/kl:cases:u: 2",
    `${folder}/table-u.conf: OK`,
  ]);
});

test("where none of the new members passes, the service stays where it was, as it was", async () => {
  await done(testbed.services("apply", { 80: both, 81: [at(m1)] }));
  const { code, text } = await testbed.service("apply", 80, [at(nobody)]);
  expect([code === 0, text]).toEqual([false, expect.stringContaining("none of the new members")]);
  expect(await owned()).toEqual(inTable);
  await done(testbed.service("remove", 80, both));
  await done(testbed.services("apply", { 81: [at(m1)] }));
  await done(testbed.service("apply", 80, both));
  const failed = await testbed.services("apply", { 80: [at(nobody)], 81: [at(m1)] });
  expect(failed.text).toContain("the table stays as it was");
  expect(await owned()).toEqual(inService);
  expect(await testbed.table(80)).toEqual([`${m1}:80 1`, `${m2}:80 1`]);
});

test("what the next object does not take stays with the table, which removes it later", async () => {
  await done(testbed.services("apply", { 80: both, 81: [at(m1)] }));
  await kept(() => done(testbed.services("apply", { 81: [at(m1)] }, gives)));
  expect(await owned()).toEqual(
    inTable.map((line) => line.replace("80 { 192.0.2.100 81 { ", "81 { 192.0.2.100 80 { ")),
  );
  await done(testbed.services("apply", { 81: [at(m1)] }));
  expect(await testbed.must("ipvsadm -Sn")).not.toContain(`${key} `);
});

test("with the engine of its director a table changes in place, there and back", async () => {
  const wanted = { 80: both, 81: [at(m1), at(nobody)] };
  await done(testbed.plainServices("apply", wanted));
  await kept(() => done(testbed.services("apply", wanted)));
  expect(await owned()).toEqual(inTable);
  expect(await testbed.table(81)).toEqual([`${m1}:80 1`]);
  await kept(() => done(testbed.plainServices("apply", wanted)));
  expect(await owned()).toEqual(["kl:cases:t"]);
  expect(await testbed.table(81)).toEqual([`${m1}:80 1`, `${nobody}:80 1`]);
  // keepalived has nothing to take back when it ends.
  await testbed.must(`sleep 2; systemctl stop ${unit}`);
  expect(await testbed.table(80)).toEqual([`${m1}:80 1`, `${m2}:80 1`]);
  await testbed.must(`systemctl start ${unit}`);
});
