import { allowedPorts } from "../../../policy/ports";
import { ask, notKnown, realServer, redirect, service } from "../../support/askPolicy";

const config = { ports: ["80", 443, "8000-8999"] };

test.each([79, 81, 7999, 9000])("port %d is reported with the list", (port) => {
  expect(ask(allowedPorts, service({ port }), config)).toEqual([
    `IpvsService "web": port ${port} is not allowed; allowed are 80, 443, 8000-8999.`,
  ]);
});

test("a static redirection is bound to the list as a service is", () => {
  expect(ask(allowedPorts, redirect({ port: 81, targetPort: 9000 }), config)).toEqual([
    'StaticRedirect "redirect": port 81 is not allowed; allowed are 80, 443, 8000-8999.',
  ]);
  expect(ask(allowedPorts, redirect({ port: 80, targetPort: 9000 }), config)).toEqual([]);
});

test.each([80, 443, 8000, 8500, 8999])("port %d is on the list", (port) => {
  expect(ask(allowedPorts, service({ port }), config)).toEqual([]);
});

test("ports and ranges of a firewall mark are reported where they reach over the allowed ones", () => {
  const ports = [80, "8000-8100", 81, "8990-9000"];
  expect(ask(allowedPorts, service({ port: undefined, ports }), config)).toEqual([
    'IpvsService "web": ports 81 is not allowed; allowed are 80, 443, 8000-8999.',
    'IpvsService "web": ports "8990-9000" is not allowed; allowed are 80, 443, 8000-8999.',
  ]);
});

test.each([0, 1, 65535])("port %d is allowed by default, as every port is", (port) => {
  expect(ask(allowedPorts, service({ port }))).toEqual([]);
});

test.each(["http", "90-80", "65536", "1-2-3"])("%s is no port and no range", (wrong) => {
  expect(() => ask(allowedPorts, service({ port: 80 }), { ports: [wrong] })).toThrow(
    `allowed-ports: "${wrong}" is not a port or a range such as 8000-8999`,
  );
});

test("real servers may use any port", () => {
  expect(ask(allowedPorts, realServer({ port: 9000 }), config)).toEqual([]);
});

test("what is not known yet is not reported", () => {
  expect(ask(allowedPorts, service({ port: notKnown }), config)).toEqual([]);
});

test("a violation stops the preview", () => {
  expect(allowedPorts.enforcementLevel).toBe("mandatory");
});
