import { expect, jest, test } from "@jest/globals";
import { evaluated } from "../../support/evaluate";

jest.setTimeout(60_000);

const hosts: [host: string, user: string, address: string, port: string][] = [
  ["lb1", "root", "lb1", "22"],
  ["admin@lb1.example.org:2222", "admin", "lb1.example.org", "2222"],
  ["user@2001:db8::1", "user", "2001:db8::1", "22"],
  ["2001:db8::1", "root", "2001:db8::1", "22"],
  ["user@[2001:db8::1]", "user", "2001:db8::1", "22"],
  ["user@[2001:db8::1]:2222", "user", "2001:db8::1", "2222"],
  // import 28: with its zone, and with brackets round both.
  ["user@fe80::1%eth0", "user", "fe80::1%eth0", "22"],
  ["[fe80::1%eth0]", "root", "fe80::1%eth0", "22"],
  ["user@[fe80::1%eth0]:2222", "user", "fe80::1%eth0", "2222"],
];

test("review 16: import reads a host with its user and port, IPv6 addresses too", async () => {
  const written = JSON.stringify(hosts.map(([host]) => host));
  expect(await evaluated("cli/import/host.ts", `${written}.map(m.parseHost)`)).toEqual(
    hosts.map(([, user, address, port]) => ({ user, address, port })),
  );
});

test("review 16: root needs no sudo", async () => {
  const line = await evaluated("lab/ssh.ts", 'm.asRoot("ip -j addr")');
  expect(line).toContain('if [ "$(id -u)" -eq 0 ]; then exec ip -j addr; else exec sudo -n');
});

test("operations 21: import says the way to a machine that is not in known_hosts", async () => {
  const said = JSON.stringify("No ED25519 host key is known.\nHost key verification failed.");
  expect(
    await evaluated("cli/import/host.ts", `m.connectionProblem("me@lb1:2222", ${said})`),
  ).toMatch(/^me@lb1:2222 is not in known_hosts.*`ssh -p 2222 me@lb1`/);
});
