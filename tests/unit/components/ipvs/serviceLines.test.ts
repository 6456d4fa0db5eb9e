import {
  MemberOptions,
  ServiceAddress,
  serviceLines,
  ServiceOptions,
} from "../../../../components/ipvs/serviceLines";

/** The lines are what `ipvsadm -Sn` of ipvsadm 1.31 prints for them. */

const web = { protocol: "tcp", address: "192.0.2.1", port: 80 } as const;
const one: MemberOptions = {
  address: "198.51.100.1",
  port: 80,
  forwarding: "masquerade",
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
};

test.each<[ServiceAddress, string]>([
  [web, "-t 192.0.2.1:80"],
  [{ ...web, protocol: "udp", port: 53 }, "-u 192.0.2.1:53"],
  [{ ...web, protocol: "sctp" }, "--sctp-service 192.0.2.1:80"],
  [{ ...web, address: "2001:db8::1" }, "-t [2001:db8::1]:80"],
  [{ firewallMark: 1, family: "ipv4" }, "-f 1"],
  [{ firewallMark: 2, family: "ipv6" }, "-f 2 -6"],
])("a service of %j is %s", (address, key) => {
  expect(serviceLines({ ...address, scheduler: "rr" }, [])).toEqual([`-A ${key} -s rr`]);
});

test.each<[ServiceOptions, string]>([
  [{ scheduler: "sh", schedulerFlags: ["sh-port", "sh-fallback"] }, "sh -b sh-fallback,sh-port"],
  [{ scheduler: "sh", schedulerFlags: ["flag-2"] }, "sh -b sh-port"],
  [{ scheduler: "mh", schedulerFlags: ["flag-2", "flag-1"] }, "mh -b mh-fallback,mh-port"],
  [{ scheduler: "rr", schedulerFlags: ["flag-3", "flag-1"] }, "rr -b flag-1,flag-3"],
  [{ scheduler: "rr", persistence: {} }, "rr -p 360"],
  [{ scheduler: "rr", persistence: { timeout: 60 } }, "rr -p 60"],
  [
    { scheduler: "rr", persistence: { timeout: 60, netmask: "255.255.255.0" } },
    "rr -p 60 -M 255.255.255.0",
  ],
  [{ scheduler: "rr", persistence: { timeout: 60, netmask: "255.255.255.255" } }, "rr -p 60"],
  [{ scheduler: "rr", persistence: { timeout: 60, netmask: 64 } }, "rr -p 60 -M 64"],
  [{ scheduler: "rr", persistence: { timeout: 60, netmask: 128 } }, "rr -p 60"],
  [{ scheduler: "rr", persistence: { timeout: 60, engine: "sip" } }, "rr -p 60 --pe sip"],
  [{ scheduler: "rr", onePacket: true }, "rr -o"],
  [
    {
      scheduler: "sh",
      schedulerFlags: ["sh-port"],
      persistence: { timeout: 30 },
      onePacket: true,
    },
    "sh -p 30 -o -b sh-port",
  ],
])("a service with %j is -s %s", (options, words) => {
  expect(serviceLines({ ...web, ...options }, [])).toEqual([`-A -t 192.0.2.1:80 -s ${words}`]);
});

test.each<[Partial<MemberOptions>, string]>([
  [{}, "198.51.100.1:80 -m -w 1"],
  [{ forwarding: "gate", weight: 0 }, "198.51.100.1:80 -g -w 0"],
  [{ forwarding: "ipip" }, "198.51.100.1:80 -i -w 1 --tun-type ipip"],
  [{ forwarding: "ipip", address: "2001:db8::9" }, "[2001:db8::9]:80 -i -w 1 --tun-type ipip"],
  [
    { forwarding: "ipip", tunnel: { type: "gue", port: 6080 } },
    "198.51.100.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
  ],
  [
    { forwarding: "ipip", tunnel: { type: "gue", port: 6080, checksum: "remcsum" } },
    "198.51.100.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum",
  ],
  [
    { forwarding: "ipip", tunnel: { type: "gre", checksum: "csum" } },
    "198.51.100.1:80 -i -w 1 --tun-type gre --tun-csum",
  ],
  [
    { forwarding: "ipip", tunnel: { type: "gre" }, upperThreshold: 9, lowerThreshold: 5 },
    "198.51.100.1:80 -i -w 1 --tun-type gre --tun-nocsum -x 9 -y 5",
  ],
])("a member with %j is -r %s", (options, words) => {
  const [, line] = serviceLines({ ...web, scheduler: "rr" }, [{ ...one, ...options }]);
  expect(line).toBe(`-a -t 192.0.2.1:80 -r ${words}`);
});
