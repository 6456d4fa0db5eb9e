import { Ground, m1, m2, nobody, unit, vip } from "../../support/kernel/keepalivedGround";

/*
 * Cases 6a, 1.4, 17a and B2 of the operations: what is checked by a real keepalived. Members that leave stay
 * until those that come have passed their first check, and a service without a member that lives is an error.
 */

jest.setTimeout(600_000);

const live = (address: string) => ({ address, port: 80 });
let ground: Ground;

beforeAll(async () => {
  ground = await Ground.build();
});

afterAll(() => ground.end());

test("6a: the last member that lives stays where the new one is dead, and the update fails", async () => {
  expect((await ground.service("apply", 80, [live(m1)])).code).toBe(0);
  const file = await ground.must("cat /etc/keepalived/ipvs-lab.d/kl-cases-d/s80.conf");
  const mark = await ground.must(`cat "/var/lib/ipvs-lab/keepalivedservice/-t ${vip}:80"`);
  const { code, text } = await ground.service("apply", 80, [live(nobody)]);
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /none of the new members passes its check: 198\.51\.100\.29:80 \(.+\); 198\.51\.100\.21:80 stays\n$/,
  );
  expect(await ground.table(80)).toEqual([`${m1}:80 1`]);
  expect(await ground.must("cat /etc/keepalived/ipvs-lab.d/kl-cases-d/s80.conf")).toBe(file);
  expect(await ground.must(`cat "/var/lib/ipvs-lab/keepalivedservice/-t ${vip}:80"`)).toBe(mark);
});

test("6a: a new member that lives takes the place of the old one, which no client finds missing", async () => {
  // One client that asks until the change is over.
  const client = `import os, time, urllib.request
while not os.path.exists("/run/klcases/over"):
  try: print(urllib.request.urlopen("http://${vip}/", timeout=20).read().decode(), end="", flush=True)
  except Exception as error: print("FAILED", error)
  time.sleep(0.2)`;
  const asked = ground.must("python3 -", client);
  const { code } = await ground.service("apply", 80, [live(m2)]);
  await ground.must("sleep 1; touch /run/klcases/over");
  expect(code).toBe(0);
  expect(await asked).not.toContain("FAILED");
  expect(await asked).toMatch(/^(member 1\n)+(member [12]\n)*(member 2\n)+$/);
  expect(await ground.table(80)).toEqual([`${m2}:80 1`]);
});

test("6a: a member that is dead beside one that lives is said, and never gets a connection", async () => {
  const watch = `for i in $(seq 40); do ipvsadm -Sn; sleep 0.2; done`;
  const [seen, { code, text }] = await Promise.all([
    ground.must(watch),
    ground.service("apply", 80, [live(m2), live(nobody)]),
  ]);
  expect(code).toBe(0);
  expect(text).toContain(`taken out, as its check fails: ${nobody}:80`);
  expect(seen).not.toContain(`-r ${nobody}:80`);
});

test("17a: a check that no member passes leaves all as it was, and its reason is said", async () => {
  const check = { type: "http", path: "/healthz" } as const;
  const { code, text } = await ground.service("apply", 80, [{ ...live(m2), check }]);
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /no member of virtual service .* passes its check: 198\.51\.100\.22:80 \(status 404, not 200-299\)/,
  );
  expect(await ground.table(80)).toEqual([`${m2}:80 1`]);
});

test("1.4: a service none of whose members lives is not made, and nothing of it is left", async () => {
  const { code, text } = await ground.service("apply", 81, [
    live(nobody),
    { address: m1, port: 81 },
  ]);
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /no member of virtual service -t 192\.0\.2\.100:81 lives, so it is not made: 198\.51\.100\.21:81 \(Connection refused\); 198\.51\.100\.29:80 \(.+\)\n$/,
  );
  const left =
    "ipvsadm -Sn; ls /etc/keepalived/ipvs-lab.d/kl-cases-d /var/lib/ipvs-lab/keepalivedservice";
  expect(await ground.must(left)).not.toMatch(/:81|s81/);
});

test("B2: seven services that change at once are one reload, and so is their end", async () => {
  const ports = [91, 92, 93, 94, 95, 96, 97];
  const all = (verb: "apply" | "remove") =>
    Promise.all(ports.map((port) => ground.service(verb, port, [live(m1), live(m2)])));
  for (const verb of ["apply", "remove"] as const) {
    const said = await all(verb);
    expect(said.map(({ code }) => code)).toEqual(ports.map(() => 0));
    const reloads = said.flatMap(({ text }) => text.match(/systemctl reload/g) ?? []).length;
    expect(reloads).toBeLessThan(4);
  }
  expect(await ground.table(91)).toEqual([]);
});

test("B2: a reload that a run was cut before is made by the next", async () => {
  const cut = `/etc/keepalived/ipvs-lab.d/kl-cases-d/s80.conf`;
  await ground.must(
    `sed -i '/real_server ${m2} 80/,/^  }/d' ${cut}
     sed -i 's/lvs_sched rr/lvs_sched rr\\n  real_server ${m1} 80 {\\n    weight 1\\n    lvs_method NAT\\n  }/' ${cut}
     touch /run/keepalived-kl-cases-d/unread`,
  );
  await ground.service("apply", 98, [live(m1)]);
  await ground.sh("sleep 1");
  expect(await ground.table(80)).toEqual([`${m1}:80 1`]);
  await ground.service("apply", 80, [live(m2)]);
  expect(await ground.table(80)).toEqual([`${m2}:80 1`]);
});

test("review 26: a unit file that was deleted under its service is repaired", async () => {
  const main = `systemctl show -P MainPID ${unit}`;
  const before = await ground.must(main);
  await ground.must(`rm /etc/systemd/system/${unit}; systemctl daemon-reload`);
  const { code, text } = await ground.daemon("apply");
  expect({ code, text }).toEqual({
    code: 0,
    text: expect.stringContaining("daemon-reload") as string,
  });
  expect(await ground.must(`systemctl show -P LoadState ${unit}; ${main}`)).toBe(
    `loaded\n${before}`,
  );
  // And where somebody else put it back, but systemd does not know.
  await ground.must(
    `cp /etc/systemd/system/${unit} /run/klcases/unit; rm /etc/systemd/system/${unit}; systemctl daemon-reload
     cp /run/klcases/unit /etc/systemd/system/${unit}`,
  );
  expect((await ground.daemon("apply")).code).toBe(0);
  expect(await ground.must(`systemctl show -P LoadState ${unit}`)).toBe("loaded\n");
});
