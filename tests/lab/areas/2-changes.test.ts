import { configure, on, plan, pulumi, succeeds, up } from "../../support/lab/harness";
import { alternates, page1, page2, verify } from "../../support/lab/traffic";

const third = {
  name: `BACKEND-3 'é' "$(touch /tmp/ran)"`,
  machine: "machine2",
  namespace: "ns-backend3",
  address: "10.10.10.4",
  weight: 1,
  page: "Réponse du serveur BACKEND-3",
};

test("weighted round robin with 3:1 gives exactly 75 and 25 of 100", async () => {
  configure({ scheduler: "wrr", backend1: { weight: 3 } });
  expect(await plan()).toMatchObject({ web: "update" });
  await up();
  const { clients } = await verify("--requests", "100", "--from", "machine1");
  expect(clients).toEqual({
    machine1: { order: expect.any(Array) as string[], counts: { [page1]: 75, [page2]: 25 } },
  });
});

test("back to round robin, and the machine was logged in to once for all of it", async () => {
  const logins = () =>
    on("machine1", "journalctl -q _COMM=sshd _COMM=sshd-session | grep -c '^.*: Accepted '");
  configure();
  const before = Number(await logins());
  await up();
  // The second count is a login, too.
  expect(Number(await logins()) - before).toBe(2);
  expect(alternates((await verify("--from", "machine2")).clients.machine2?.order ?? [])).toBe(true);
});

test("an added backend is one line more in the preview, touches nothing else, and may have any name", async () => {
  const before = await on("machine1", "ipvsadm -Sn");
  configure({ moreBackends: [third] });
  const { stdout } = await succeeds(pulumi("preview", "--diff"));
  expect(stdout).toMatch(/\+ +-a -t 10\.10\.10\.100:80 -r 10\.10\.10\.4:80 -m -w 1/);
  await up();
  const after = await on("machine1", "ipvsadm -Sn");
  expect(after).toBe(`${before}-a -t 10.10.10.100:80 -r 10.10.10.4:80 -m -w 1\n`);
  const { clients } = await verify("--requests", "9");
  for (const { counts } of Object.values(clients)) {
    expect(Object.values(counts)).toEqual([3, 3, 3]);
  }
  expect(await on("machine2", "ls /tmp")).not.toContain("ran");
});

test("a removed backend takes away its line and its namespace, and nothing else", async () => {
  configure();
  await up();
  expect(await on("machine1", "ipvsadm -Sn")).not.toContain("10.10.10.4");
  expect(await on("machine2", "ip netns; ls /etc/systemd/system")).not.toContain("backend-3");
  expect(await on("machine2", "ls /var/lib/ipvs-lab/web")).toBe("backend-1\n");
  const { clients } = await verify("--from", "machine1");
  expect(alternates(clients.machine1?.order ?? [])).toBe(true);
});

test("another virtual address takes the place of the first, for clients on both machines", async () => {
  configure({ vip: "10.10.10.110" });
  await up();
  const machine1 = await on("machine1", "ip -o -4 addr; ipvsadm -Sn; nft list tables");
  expect(machine1).toContain("10.10.10.110");
  expect(machine1).not.toContain("10.10.10.100");
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  configure();
  await up();
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
});

test("pages arrive literally, whatever stands in them, and run nothing", async () => {
  const page = `'"$(touch /tmp/ran)\` \\ é漢\n\n$HOME;\n`;
  configure({ backend1: { page }, backend2: { page: `${page}2` } });
  await up();
  expect(await on("machine1", "curl -s http://10.10.10.2/")).toBe(page);
  expect(await on("machine1", "curl -s http://10.10.10.3/")).toBe(`${page}2\n`);
  expect(await on("machine1", "ls /tmp")).not.toContain("ran");
  configure();
  await up();
});

test("nginx instead of Apache is installed for real, and purged again when that was asked", async () => {
  configure({ webServer: "nginx", purgePackages: true });
  await up();
  expect(await on("machine1", "ip netns exec ns-backend2 ss -Hltnp")).toMatch(
    /10\.10\.10\.3:80 .*nginx/,
  );
  expect(alternates((await verify()).clients.machine2?.order ?? [])).toBe(true);
  expect(await on("machine2", "dpkg -l nginx-light | tail -1")).toMatch(/^ii/);
  configure({ purgePackages: true });
  await up();
  expect(await on("machine2", "dpkg -l nginx-light 2>&1 | tail -1")).not.toMatch(/^ii/);
  expect(await on("machine2", "dpkg -l apache2 | tail -1")).toMatch(/^ii/);
  configure();
  await up();
});

test("the second backend may stand on machine2 as well", async () => {
  configure({ backend2: { machine: "machine2" } });
  await up();
  expect(await on("machine2", "ip netns exec ns-backend2 ss -Hltnp")).toMatch(
    /10\.10\.10\.3:80 .*apache2/,
  );
  expect(await on("machine1", "ip netns")).toBe("");
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  configure();
  await up();
});
