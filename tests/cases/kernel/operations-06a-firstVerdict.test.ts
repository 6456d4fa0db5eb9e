import {
  KeepalivedTestbed,
  m1,
  m2,
  nobody,
  unit,
  vip,
} from "../../support/kernel/keepalivedTestbed";

/*
 * Cases 6a, 1.4, 17a and B2 of the operations: what is checked by a real keepalived. Members that leave stay
 * until those that come have passed their first check, and a service without a member that lives is an error.
 */

jest.setTimeout(600_000);

const live = (address: string) => ({ address, port: 80 });
let testbed: KeepalivedTestbed;

beforeAll(async () => {
  testbed = await KeepalivedTestbed.build();
});

afterAll(() => testbed.end());

test("6a: the last member that lives stays where the new one is dead, and the update fails", async () => {
  expect((await testbed.service("apply", 80, [live(m1)])).code).toBe(0);
  const file = await testbed.must("cat /etc/keepalived/ipvs-lab.d/kl-cases-d/s80.conf");
  const mark = await testbed.must(`cat "/var/lib/ipvs-lab/keepalivedservice/-t ${vip}:80"`);
  const { code, text } = await testbed.service("apply", 80, [live(nobody)]);
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /none of the new members passes its check: 198\.51\.100\.29:80 \(.+\); 198\.51\.100\.21:80 stays\n$/,
  );
  expect(await testbed.table(80)).toEqual([`${m1}:80 1`]);
  expect(await testbed.must("cat /etc/keepalived/ipvs-lab.d/kl-cases-d/s80.conf")).toBe(file);
  expect(await testbed.must(`cat "/var/lib/ipvs-lab/keepalivedservice/-t ${vip}:80"`)).toBe(mark);
});

test("6a: a new member that lives takes the place of the old one, which no client finds missing", async () => {
  // One client that asks until the change is over.
  const client = `import os, time, urllib.request
while not os.path.exists("/run/klcases/over"):
  try: print(urllib.request.urlopen("http://${vip}/", timeout=20).read().decode(), end="", flush=True)
  except Exception as error: print("FAILED", error)
  time.sleep(0.2)`;
  const asked = testbed.must("python3 -", client);
  const { code } = await testbed.service("apply", 80, [live(m2)]);
  await testbed.must("sleep 1; touch /run/klcases/over");
  expect(code).toBe(0);
  expect(await asked).not.toContain("FAILED");
  expect(await asked).toMatch(/^(member 1\n)+(member [12]\n)*(member 2\n)+$/);
  expect(await testbed.table(80)).toEqual([`${m2}:80 1`]);
});

test("6a: a member that is dead beside one that lives is said, and never gets a connection", async () => {
  const watch = `for i in $(seq 40); do ipvsadm -Sn; sleep 0.2; done`;
  const [seen, { code, text }] = await Promise.all([
    testbed.must(watch),
    testbed.service("apply", 80, [live(m2), live(nobody)]),
  ]);
  expect(code).toBe(0);
  expect(text).toContain(`taken out, as its check fails: ${nobody}:80`);
  expect(seen).not.toContain(`-r ${nobody}:80`);
});

test("17a: a check that no member passes leaves all as it was, and its reason is said", async () => {
  const check = { type: "http", path: "/healthz" } as const;
  const { code, text } = await testbed.service("apply", 80, [{ ...live(m2), check }]);
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /no member of virtual service .* passes its check: 198\.51\.100\.22:80 \(status 404, not 200-299\)/,
  );
  expect(await testbed.table(80)).toEqual([`${m2}:80 1`]);
});

test("1.4: a service none of whose members lives is not made, and nothing of it is left", async () => {
  const { code, text } = await testbed.service("apply", 81, [
    live(nobody),
    { address: m1, port: 81 },
  ]);
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /no member of virtual service -t 192\.0\.2\.100:81 lives, so it is not made: 198\.51\.100\.21:81 \(Connection refused\); 198\.51\.100\.29:80 \(.+\)\n$/,
  );
  const left =
    "ipvsadm -Sn; ls /etc/keepalived/ipvs-lab.d/kl-cases-d /var/lib/ipvs-lab/keepalivedservice";
  expect(await testbed.must(left)).not.toMatch(/:81|s81/);
});

test("B2: seven services that change at once are one reload, and so is their end", async () => {
  const ports = [91, 92, 93, 94, 95, 96, 97];
  const all = (verb: "apply" | "remove") =>
    Promise.all(ports.map((port) => testbed.service(verb, port, [live(m1), live(m2)])));
  for (const verb of ["apply", "remove"] as const) {
    const said = await all(verb);
    expect(said.map(({ code }) => code)).toEqual(ports.map(() => 0));
    const reloads = said.flatMap(({ text }) => text.match(/systemctl reload/g) ?? []).length;
    expect(reloads).toBeLessThan(4);
  }
  expect(await testbed.table(91)).toEqual([]);
});

test("B2: a reload that a run was cut before is made by the next", async () => {
  const cut = `/etc/keepalived/ipvs-lab.d/kl-cases-d/s80.conf`;
  await testbed.must(
    `sed -i '/real_server ${m2} 80/,/^  }/d' ${cut}
     sed -i 's/lvs_sched rr/lvs_sched rr\\n  real_server ${m1} 80 {\\n    weight 1\\n    lvs_method NAT\\n  }/' ${cut}
     touch /run/keepalived-kl-cases-d/unread`,
  );
  await testbed.service("apply", 98, [live(m1)]);
  await testbed.sh("sleep 1");
  expect(await testbed.table(80)).toEqual([`${m1}:80 1`]);
  await testbed.service("apply", 80, [live(m2)]);
  expect(await testbed.table(80)).toEqual([`${m2}:80 1`]);
});

test("review 26: a unit file that was deleted under its service is repaired", async () => {
  const main = `systemctl show -P MainPID ${unit}`;
  const before = await testbed.must(main);
  await testbed.must(`rm /etc/systemd/system/${unit}; systemctl daemon-reload`);
  const { code, text } = await testbed.daemon("apply");
  expect({ code, text }).toEqual({
    code: 0,
    text: expect.stringContaining("daemon-reload") as string,
  });
  expect(await testbed.must(`systemctl show -P LoadState ${unit}; ${main}`)).toBe(
    `loaded\n${before}`,
  );
  // And where somebody else put it back, but systemd does not know.
  await testbed.must(
    `cp /etc/systemd/system/${unit} /run/klcases/unit; rm /etc/systemd/system/${unit}; systemctl daemon-reload
     cp /run/klcases/unit /etc/systemd/system/${unit}`,
  );
  expect((await testbed.daemon("apply")).code).toBe(0);
  expect(await testbed.must(`systemctl show -P LoadState ${unit}`)).toBe("loaded\n");
});
