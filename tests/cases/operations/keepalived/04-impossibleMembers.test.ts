import * as components from "../../../../components";
import { read, service } from "../../../support/keepalivedService";
import { registered } from "../../../support/pulumi/mocks";

const gate = { address: "10.10.10.2", forwarding: "gate" } as const;
const masquerade = { address: "10.10.10.3" };
const sorry = { address: "10.10.10.9", port: 80 };

const method = async (
  members: components.RealServerArgs[],
  sorryServer: components.SorryServer,
): Promise<string | undefined> =>
  /sorry_server_lvs_method (.*)/.exec(await read(members, { sorryServer }))?.[1];

test.each<[what: string, members: components.RealServerArgs[], sorry: object, is: string]>([
  ["as it is said", [masquerade], { ...sorry, forwarding: "gate" }, "DR"],
  [
    "as it is said, whatever its members have",
    [gate],
    { ...sorry, forwarding: "masquerade" },
    "NAT",
  ],
  ["as all members are", [gate, { ...gate, address: "10.10.10.4" }], sorry, "DR"],
  ["by masquerade where members differ", [gate, masquerade], sorry, "NAT"],
  ["by masquerade at another port", [gate], { ...sorry, port: 8080 }, "NAT"],
  ["by masquerade where it is the director", [gate], { ...sorry, address: "10.10.10.1" }, "NAT"],
  ["by masquerade as ever", [masquerade], sorry, "NAT"],
])("4a: a sorry server is reached %s", async (_, members, sorryServer, is) => {
  expect(await method(members, sorryServer as components.SorryServer)).toBe(is);
});

test("4a: another port than the service's is refused where forwarding leaves it", async () => {
  await expect(method([gate], { ...sorry, port: 8080, forwarding: "gate" })).rejects.toThrow(
    "sorryServer.port: 8080 cannot be had with forwarding gate, which leaves the service's: 80",
  );
});

const reason =
  "127.0.0.1 by masquerade answers nobody but the director itself; its own address 10.10.10.1 does it";

test("4b: a loopback address is refused for a sorry server, with what does it", async () => {
  const refused = method([masquerade], { address: "127.0.0.1", port: 8088 });
  await expect(refused).rejects.toThrow(`sorryServer.address: ${reason}`);
});

test("4c: a loopback address is refused for a member and for a table's row alike", async () => {
  await expect(read([{ address: "127.0.0.1" }])).rejects.toThrow(`realServers[0] "r0": ${reason}`);
  const table = registered(() => {
    const host = new components.Host("lb", {
      machine: { name: "lb" },
      interface: "eth0",
      address: "10.10.10.1/24",
    });
    return new components.IpvsTable("t", {
      director: new components.Director("d", { host }),
      services: [{ address: "10.10.10.100", port: 80, realServers: [{ address: "127.0.0.1" }] }],
    });
  });
  await expect(table).rejects.toThrow(reason);
});

test("4c: where the director is meant to be the client, and by direct routing, it is a member", async () => {
  const local = { address: "127.0.0.1" };
  const all = await registered(() => service([local], {}, { localClients: true }));
  expect(all.length).toBeGreaterThan(0);
  expect(await read([{ ...local, forwarding: "gate" }])).toContain("-r 127.0.0.1:80 -g");
});

test.each(["0.0.0.0", "::1", "fe80::1", "224.0.0.9", "ff02::1"])(
  "4c: %s is no machine's address",
  async (address) => {
    await expect(method([masquerade], { address, port: 80 })).rejects.toThrow(
      "is not a machine's IPv4 or IPv6 address",
    );
  },
);
