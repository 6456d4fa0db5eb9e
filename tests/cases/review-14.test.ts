import { expect, test } from "@jest/globals";
import { allowedForwarding } from "../../policy/forwarding";
import { allowedNetworks } from "../../policy/networks";
import { oneOwnerOfAVip } from "../../policy/ownership";
import { allowedPorts } from "../../policy/ports";
import { ask, askStack, realServer, redirect, service, vip, type Sent } from "../unit/policy/ask";

const networks = { vips: ["192.0.2.0/24"], realServers: ["192.0.2.0/24"] };
const other = "203.0.113.9";
const ports = { ports: ["80"] };
const methods = { methods: ["gate"] };

/** Every property that holds an address, a port or a method, with a value that is not allowed. */
const properties: [where: string, violations: () => string[]][] = [
  ["Vip.address", () => ask(allowedNetworks, vip({ address: other }), networks)],
  [
    "Vip.alongside",
    () => ask(allowedNetworks, vip({ address: "192.0.2.1", alongside: [other] }), networks),
  ],
  ["RealServer.address", () => ask(allowedNetworks, realServer({ address: other }), networks)],
  ["StaticRedirect.address", () => ask(allowedNetworks, redirect({ address: other }), networks)],
  [
    "IpvsService.sorryServer.address",
    () => ask(allowedNetworks, service({ sorryServer: { address: other, port: 80 } }), networks),
  ],
  ["IpvsService.port", () => ask(allowedPorts, service({ port: 81 }), ports)],
  ["IpvsService.ports", () => ask(allowedPorts, service({ firewallMark: 1, ports: [81] }), ports)],
  ["IpvsService.firewallMark", () => ask(allowedPorts, service({ firewallMark: 1 }), ports)],
  ["StaticRedirect.port", () => ask(allowedPorts, redirect({ port: 81 }), ports)],
  [
    "RealServer.forwarding",
    () => ask(allowedForwarding, realServer({ forwarding: "ipip" }), methods),
  ],
  [
    "IpvsService.sorryServer.forwarding",
    () => ask(allowedForwarding, service({ sorryServer: { address: other, port: 80 } }), methods),
  ],
];

test.each(properties)("review 14: a policy sees %s", (_, violations) => {
  expect(violations()).toHaveLength(1);
});

test("review 14: a mark without ports is in the list where that holds every port", () => {
  expect(ask(allowedPorts, service({ firewallMark: 1 }))).toEqual([]);
});

test("review 14: an address alongside a Vip has one owner, as the Vip's own has", () => {
  const stack: Sent[] = [
    vip({ address: "192.0.2.1", alongside: [other] }, "a"),
    vip({ address: other }, "b"),
  ];
  expect(askStack(oneOwnerOfAVip, stack)).toEqual([
    expect.objectContaining({
      message: expect.stringContaining(`address "${other}" is declared by Vip "a" already`),
    }),
  ]);
});
