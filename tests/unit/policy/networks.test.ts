import { allowedNetworks } from "../../../policy/networks";
import { ask, notKnown, realServer, redirect, service, vip } from "../../support/askPolicy";

test("a VIP outside the networks is reported with address and networks", () => {
  expect(
    ask(allowedNetworks, vip({ address: "203.0.113.5" }), {
      vips: ["10.10.10.0/24", "2001:db8::/32"],
    }),
  ).toEqual([
    'Vip "vip": address "203.0.113.5" is not allowed; allowed is an address in 10.10.10.0/24, 2001:db8::/32.',
  ]);
});

test("VIPs and real servers have networks of their own", () => {
  const config = { vips: ["192.0.2.0/24"], realServers: ["10.10.10.0/24"] };
  const [outside, inside] = [{ address: "192.0.2.1" }, { address: "10.10.10.2" }];
  expect(ask(allowedNetworks, vip(outside), config)).toEqual([]);
  expect(ask(allowedNetworks, vip(inside), config)).toHaveLength(1);
  expect(ask(allowedNetworks, realServer(inside), config)).toEqual([]);
  expect(ask(allowedNetworks, realServer(outside), config)).toEqual([
    'RealServer "BACKEND-1": address "192.0.2.1" is not allowed; allowed is an address in 10.10.10.0/24.',
  ]);
});

test("a static redirection leads to an address of a real server's networks", () => {
  const config = { vips: ["192.0.2.0/24"], realServers: ["10.10.10.0/24"] };
  const leadsTo = (address: string) => redirect({ vip: "192.0.2.1", address });
  expect(ask(allowedNetworks, leadsTo("10.10.10.2"), config)).toEqual([]);
  expect(ask(allowedNetworks, leadsTo("192.0.2.9"), config)).toEqual([
    'StaticRedirect "redirect": address "192.0.2.9" is not allowed; allowed is an address in 10.10.10.0/24.',
  ]);
});

test("a sorry server lies in a real server's networks", () => {
  const config = { vips: ["192.0.2.0/24"], realServers: ["10.10.10.0/24"] };
  const sorry = (address: string) => service({ sorryServer: { address, port: 80 } });
  expect(ask(allowedNetworks, sorry("10.10.10.9"), config)).toEqual([]);
  expect(ask(allowedNetworks, sorry("192.0.2.9"), config)).toEqual([
    'IpvsService "web": sorryServer.address "192.0.2.9" is not allowed; allowed is an address in 10.10.10.0/24.',
  ]);
});

test.each([
  "10.10.10.100",
  "172.31.255.255",
  "192.168.56.10",
  "100.64.0.1",
  "fd00::1",
  "::ffff:10.1.2.3",
])("%s is private, which is the default for both", (address) => {
  expect(ask(allowedNetworks, vip({ address }))).toEqual([]);
  expect(ask(allowedNetworks, realServer({ address }))).toEqual([]);
});

test.each(["172.32.0.1", "8.8.8.8", "2001:4860::1", "::ffff:8.8.8.8", "web.example.org"])(
  "%s is not private",
  (address) => {
    expect(ask(allowedNetworks, vip({ address }))).toHaveLength(1);
  },
);

test("a network may be a single address, and may be written with one of its hosts", () => {
  expect(
    ask(allowedNetworks, vip({ address: "10.10.10.100" }), { vips: ["10.10.10.100"] }),
  ).toEqual([]);
  expect(
    ask(allowedNetworks, vip({ address: "10.10.10.101" }), { vips: ["10.10.10.100"] }),
  ).toHaveLength(1);
  expect(
    ask(allowedNetworks, vip({ address: "10.10.10.100" }), { vips: ["10.10.10.1/24"] }),
  ).toEqual([]);
  expect(ask(allowedNetworks, vip({ address: "fd00::1" }), { vips: ["fd00::1"] })).toEqual([]);
});

test("0.0.0.0/0 and ::/0 allow everything of their family", () => {
  expect(ask(allowedNetworks, vip({ address: "8.8.8.8" }), { vips: ["0.0.0.0/0"] })).toEqual([]);
  expect(ask(allowedNetworks, vip({ address: "2001::1" }), { vips: ["0.0.0.0/0"] })).toHaveLength(
    1,
  );
});

test.each(["10.0.0/8", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "lan"])(
  "%s is no network",
  (wrong) => {
    expect(() => ask(allowedNetworks, vip({ address: "10.0.0.1" }), { vips: [wrong] })).toThrow(
      `allowed-networks: "${wrong}" is not a network such as 10.10.10.0/24`,
    );
  },
);

test("the service does not repeat what its real server is told", () => {
  const members = [{ name: "BACKEND-1", address: "8.8.8.8" }];
  expect(ask(allowedNetworks, service({ vip: "8.8.4.4", members }))).toEqual([]);
});

test("the service is told of a member that is no resource", () => {
  const members = [{ address: "10.0.0.1" }, { address: "8.8.8.8" }];
  expect(ask(allowedNetworks, service({ members }))).toEqual([
    expect.stringContaining('IpvsService "web": member "1": address "8.8.8.8" is not allowed'),
  ]);
});

test("what is not known yet is not reported", () => {
  expect(ask(allowedNetworks, vip({ address: notKnown }))).toEqual([]);
});

test("it only warns, because public addresses are right for some", () => {
  expect(allowedNetworks.enforcementLevel).toBe("advisory");
});
