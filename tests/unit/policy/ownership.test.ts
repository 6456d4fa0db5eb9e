import { oneOwnerOfAVip } from "../../../policy/ownership";
import { askStack, notKnown, redirect, service, vip } from "../../support/askPolicy";

const web = (name: string, line: string) => service({ lines: [line, "-a …"] }, name);

test("the second Vip of an address is reported with the first", () => {
  expect(
    askStack(oneOwnerOfAVip, [
      vip({ address: "10.0.0.9" }, "b"),
      vip({ address: "10.0.0.9" }, "a"),
    ]),
  ).toEqual([
    {
      message: 'Vip "b": address "10.0.0.9" is declared by Vip "a" already; allowed is one owner.',
      at: "b",
    },
  ]);
});

test("a third Vip is reported as well", () => {
  const three = ["a", "b", "c"].map((name) => vip({ address: "10.0.0.9" }, name));
  expect(askStack(oneOwnerOfAVip, three).map(({ at }) => at)).toEqual(["b", "c"]);
});

test("one IPv6 address in two spellings is one address", () => {
  expect(
    askStack(oneOwnerOfAVip, [
      vip({ address: "2001:db8::1" }, "a"),
      vip({ address: "2001:DB8:0:0::1" }, "b"),
    ]),
  ).toHaveLength(1);
});

test("different addresses pass", () => {
  expect(
    askStack(oneOwnerOfAVip, [
      vip({ address: "10.0.0.8" }, "a"),
      vip({ address: "10.0.0.9" }, "b"),
    ]),
  ).toEqual([]);
});

test("a real server's address, or another resource's, is no Vip's", () => {
  const other = { type: "ipvs-lab:index:NetnsBackend", name: "n", props: { address: "10.0.0.9" } };
  expect(askStack(oneOwnerOfAVip, [vip({ address: "10.0.0.9" }), other])).toEqual([]);
});

test("the second service of an address, port and protocol is reported with the first", () => {
  expect(
    askStack(oneOwnerOfAVip, [
      web("a", "-A -t 10.0.0.9:80 -s rr"),
      web("b", "-A -t 10.0.0.9:80 -s wlc -p 300"),
    ]),
  ).toEqual([
    {
      message:
        'IpvsService "b": vip and port "10.0.0.9:80/tcp" is declared by IpvsService "a" already; allowed is one owner.',
      at: "b",
    },
  ]);
});

test.each([
  ["port", "-A -t 10.0.0.9:81 -s rr"],
  ["protocol", "-A -u 10.0.0.9:80 -s rr"],
  ["address", "-A -t 10.0.0.8:80 -s rr"],
])("services that differ in their %s pass", (_, line) => {
  expect(askStack(oneOwnerOfAVip, [web("a", "-A -t 10.0.0.9:80 -s rr"), web("b", line)])).toEqual(
    [],
  );
});

test("services of one IPv6 address are found in all spellings", () => {
  expect(
    askStack(oneOwnerOfAVip, [
      web("a", "-A --sctp-service [2001:db8::1]:80 -s rr"),
      web("b", "-A --sctp-service [2001:db8:0::1]:80 -s rr"),
    ]),
  ).toEqual([expect.objectContaining({ at: "b" })]);
});

test("services by firewall mark have no address; two directors may have the same mark", () => {
  expect(askStack(oneOwnerOfAVip, [web("a", "-A -f 1 -s rr"), web("b", "-A -f 1 -s rr")])).toEqual(
    [],
  );
});

test("an address that is shared on purpose passes, with its services", () => {
  const stack = [
    vip({ address: "10.0.0.9" }, "a"),
    vip({ address: "10.0.0.9" }, "b"),
    web("a", "-A -t 10.0.0.9:80 -s rr"),
    web("b", "-A -t 10.0.0.9:80 -s rr"),
  ];
  expect(askStack(oneOwnerOfAVip, stack)).toHaveLength(2);
  expect(askStack(oneOwnerOfAVip, stack, { shared: ["10.0.0.9"] })).toEqual([]);
  expect(askStack(oneOwnerOfAVip, stack, { shared: ["10.0.0.8"] })).toHaveLength(2);
});

test("what is not known yet is not reported", () => {
  expect(
    askStack(oneOwnerOfAVip, [
      vip({ address: notKnown }, "a"),
      vip({ address: notKnown }, "b"),
      service({ lines: notKnown }, "c"),
      service({ lines: [notKnown] }, "d"),
      service({}, "e"),
    ]),
  ).toEqual([]);
});

test("a violation stops the preview", () => {
  expect(oneOwnerOfAVip.enforcementLevel).toBe("mandatory");
});

const to = (name: string, vip: unknown, protocol = "tcp", port = 80) =>
  redirect({ vip, protocol, port, address: "10.0.0.2" }, name);

test("a static redirection of a service's address, port and protocol is reported with it", () => {
  expect(
    askStack(oneOwnerOfAVip, [web("a", "-A -t 10.0.0.9:80 -s rr"), to("b", "10.0.0.9")]),
  ).toEqual([
    {
      message:
        'StaticRedirect "b": vip and port "10.0.0.9:80/tcp" is declared by IpvsService "a" already; allowed is one owner.',
      at: "b",
    },
  ]);
  const six = [web("a", "-A -t [2001:db8::1]:80 -s rr"), to("b", "2001:DB8::1")];
  expect(askStack(oneOwnerOfAVip, six)).toHaveLength(1);
});

test("static redirections of different places pass, and what is not known yet", () => {
  const all = [to("a", "10.0.0.9"), to("b", "10.0.0.9", "udp"), to("c", "10.0.0.9", "tcp", 81)];
  expect(askStack(oneOwnerOfAVip, all)).toEqual([]);
  expect(askStack(oneOwnerOfAVip, [to("a", notKnown), to("b", notKnown)])).toEqual([]);
  const shared = { shared: ["10.0.0.9"] };
  expect(askStack(oneOwnerOfAVip, [to("a", "10.0.0.9"), to("b", "10.0.0.9")], shared)).toEqual([]);
});
