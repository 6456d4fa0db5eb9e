import {
  Director,
  Host,
  IpvsService,
  IpvsServiceArgs,
  RealServer,
  RealServerArgs,
  Vip,
} from "../../../../components";
import { command, Registered, registered } from "../../../support/pulumi/mocks";

/** A service with all kinds of options, and what it registers. */
async function made(
  address: string,
  args: Partial<IpvsServiceArgs>,
  members: RealServerArgs[] = [],
): Promise<{ resources: Registered[]; service: IpvsService }> {
  let service: IpvsService | undefined;
  const resources = await registered(() => {
    const host = new Host("lb", {
      machine: { name: "lb" },
      interface: "eth0",
      address: "192.0.2.10/24",
      address6: "2001:db8::10/64",
    });
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address });
    const realServers = members.map((member, i) => new RealServer(`r${i}`, member));
    service = new IpvsService("web", { director, vip, realServers, scheduler: "rr", ...args });
  });
  if (!service) {
    throw new Error("no service was made");
  }
  return { resources, service };
}

test("a service of IPv6 has members of both families, and an address with the host's prefix", async () => {
  const { resources, service } = await made("2001:DB8:0::1", { port: 443 }, [
    { address: "2001:db8:0:0::2" },
    { address: "198.51.100.3", forwarding: "ipip" },
  ]);
  expect(service.lines).toEqual([
    "-A -t [2001:db8::1]:443 -s rr",
    "-a -t [2001:db8::1]:443 -r [2001:db8::2]:443 -m -w 1",
    "-a -t [2001:db8::1]:443 -r 198.51.100.3:443 -i -w 1 --tun-type ipip",
  ]);
  expect(service.url).toBe("http://[2001:db8::1]:443/");
  expect(command(resources, "vip-2001-db8--1").inputs.stdin).toContain("address 2001:db8::1/64\n");
  expect(command(resources, "web-tcp-2001-db8--1-443").inputs.triggers).toEqual([
    "lb",
    "-t [2001:db8::1]:443",
  ]);
});

test("a service of several ports is a firewall mark, which is set after the service is there", async () => {
  const { resources, service } = await made(
    "192.0.2.20",
    { firewallMark: 7, ports: [443, "8000-8999"], protocol: "tcp" },
    [{ address: "192.0.2.21" }, { address: "192.0.2.22", port: 8443 }],
  );
  expect(service.lines).toEqual([
    "-A -f 7 -s rr",
    "-a -f 7 -r 192.0.2.21:0 -m -w 1",
    "-a -f 7 -r 192.0.2.22:8443 -m -w 1",
  ]);
  expect(service.url).toBe("http://192.0.2.20:443/");
  const { inputs, dependencies } = command(resources, "web-mark-7-192.0.2.20");
  expect(inputs.stdin).toBe("mark 7\nvip 192.0.2.20\nprotocol tcp\nports 443, 8000-8999\n");
  expect(dependencies).toContain("web-mark-7");
});

test("a mark that somebody else sets needs no address", async () => {
  const args = { vip: undefined, firewallMark: 7, family: "ipv6" as const };
  const { resources, service } = await made("192.0.2.20", args, [{ address: "2001:db8::2" }]);
  expect(service.lines).toEqual(["-A -f 7 -6 -s rr", "-a -f 7 -6 -r [2001:db8::2]:0 -m -w 1"]);
  expect(service.url).toBeUndefined();
  expect(resources.map(({ name }) => name)).toContain("web-mark-7-ipv6");
  expect(service.explanation.look).toBe("sudo ipvsadm -Ln -f 7 -6");
});

test("a service on every port leaves them as they are", async () => {
  const { service } = await made("192.0.2.20", { port: 0, persistence: { timeout: 60 } }, [
    { address: "192.0.2.21", forwarding: "gate" },
  ]);
  expect(service.lines).toEqual([
    "-A -t 192.0.2.20:0 -s rr -p 60",
    "-a -t 192.0.2.20:0 -r 192.0.2.21:0 -g -w 1",
  ]);
});

describe("members of plain values", () => {
  const plain = [
    { address: "192.0.2.21", port: 8081 },
    {
      address: "2001:DB8:0::2",
      port: 8080,
      weight: 3,
      forwarding: "ipip" as const,
      tunnel: { type: "gre" as const },
      keepWeight: true,
    },
  ];

  test("make the same lines as RealServers do, and no resources of their own", async () => {
    const { service: other } = await made("192.0.2.20", { port: 8080 }, plain);
    const { resources, service } = await made("192.0.2.20", { port: 8080, realServers: plain });
    expect(service.lines).toEqual(other.lines);
    expect(service.lines).toHaveLength(3);
    expect(service.lines[1]).toContain("-r 192.0.2.21:8081 ");
    expect(resources.filter(({ type }) => type === "ipvs-lab:index:RealServer")).toEqual([]);
    const { inputs } = command(resources, "web-tcp-192.0.2.20-8080");
    expect(inputs.delete).toContain("[2001:db8::2]:8080");
  });

  test("are called by their address, and have no name for policies", async () => {
    const mixed = { port: 80, realServers: [{ address: "192.0.2.21" }] };
    const { resources, service } = await made("192.0.2.20", mixed);
    expect(service.members).toMatchObject([{ name: "192.0.2.21", port: 80, weight: 1 }]);
    const web = resources.find(({ type }) => type === "ipvs-lab:index:IpvsService");
    expect(web?.inputs.members).toEqual([
      { address: "192.0.2.21", port: 80, weight: 1, forwarding: "masquerade" },
    ]);
  });

  test("are refused where their options contradict each other", async () => {
    const wrong = [{ address: "192.0.2.21", upperThreshold: 1, lowerThreshold: 2 }];
    await expect(made("192.0.2.20", { port: 80, realServers: wrong })).rejects.toThrow(
      'IpvsService "web": realServers[0].lowerThreshold: 2 is above upperThreshold, which is 1',
    );
    const twice = [{ address: "192.0.2.21" }, { address: "192.0.2.21", port: 80 }];
    await expect(made("192.0.2.20", { port: 80, realServers: twice })).rejects.toThrow(
      'realServers[1] "192.0.2.21": 192.0.2.21:80 is a member already, as realServers[0]',
    );
  });
});
