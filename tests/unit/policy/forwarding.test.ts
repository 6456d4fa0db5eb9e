import { allowedForwarding, noPortChangeUnderDirectRouting } from "../../../policy/forwarding";
import { ask, notKnown, realServer, service } from "../../support/askPolicy";

describe("allowed-forwarding", () => {
  test("the service is told of a member that is no resource, and of no other", () => {
    const members = [{ name: "b0", forwarding: "gate" }, { forwarding: "gate" }];
    expect(ask(allowedForwarding, service({ members }), { methods: ["masquerade"] })).toEqual([
      'IpvsService "web": member "1": forwarding "gate" is not allowed; allowed is masquerade.',
    ]);
  });

  test("a method that is not allowed is reported with real server, value and list", () => {
    expect(
      ask(allowedForwarding, realServer({ forwarding: "gate" }), {
        methods: ["masquerade", "ipip"],
      }),
    ).toEqual([
      'RealServer "BACKEND-1": forwarding "gate" is not allowed; allowed are masquerade, ipip.',
    ]);
  });

  test.each(["masquerade", "gate", "ipip", "tunnel"])("%s is allowed by default", (forwarding) => {
    expect(ask(allowedForwarding, realServer({ forwarding }))).toEqual([]);
  });

  test("what is none of the three is refused by default", () => {
    expect(ask(allowedForwarding, realServer({ forwarding: "gre" }))).toHaveLength(1);
  });

  test("ipip and tunnel are the same, on the list and on the real server", () => {
    const of = (forwarding: string) => realServer({ forwarding });
    expect(ask(allowedForwarding, of("ipip"), { methods: ["tunnel"] })).toEqual([]);
    expect(ask(allowedForwarding, of("tunnel"), { methods: ["ipip"] })).toEqual([]);
    expect(ask(allowedForwarding, of("tunnel"), { methods: ["gate"] })).toHaveLength(1);
  });

  test("the service does not repeat what its real server is told", () => {
    const members = [{ name: "BACKEND-1", forwarding: "gate" }];
    const sent = service({ members, forwarding: "gate" });
    expect(ask(allowedForwarding, sent, { methods: ["masquerade"] })).toEqual([]);
  });

  test("what is not known yet is not reported", () => {
    expect(ask(allowedForwarding, realServer({ forwarding: notKnown }))).toEqual([]);
    expect(ask(allowedForwarding, service({ members: [{ forwarding: notKnown }] }))).toEqual([]);
  });

  test("a violation stops the preview", () => {
    expect(allowedForwarding.enforcementLevel).toBe("mandatory");
  });
});

describe("no-port-change-under-direct-routing", () => {
  const of = (forwarding: unknown, port: unknown = 8080) =>
    service({ port: 80, members: [{ name: "BACKEND-1", port, weight: 1, forwarding }] });

  test.each(["gate", "ipip", "tunnel"])("another port with %s is reported", (forwarding) => {
    expect(ask(noPortChangeUnderDirectRouting, of(forwarding))).toEqual([
      `IpvsService "web": member "BACKEND-1": port 8080 is not allowed with forwarding "${forwarding}"; allowed is the service's port 80.`,
    ]);
  });

  test("the service's own port passes", () => {
    expect(ask(noPortChangeUnderDirectRouting, of("gate", 80))).toEqual([]);
  });

  test("masquerade may change the port", () => {
    expect(ask(noPortChangeUnderDirectRouting, of("masquerade"))).toEqual([]);
  });

  test("only the member at fault is named", () => {
    const members = [
      { name: "a", port: 80, forwarding: "gate" },
      { name: "b", port: 81, forwarding: "gate" },
    ];
    expect(ask(noPortChangeUnderDirectRouting, service({ port: 80, members }))).toEqual([
      expect.stringContaining('member "b"'),
    ]);
  });

  test.each([
    ["forwarding", of(notKnown)],
    ["member's port", of("gate", notKnown)],
    ["service's port", service({ port: notKnown, members: [{ port: 81, forwarding: "gate" }] })],
    ["member", service({ port: 80, members: [notKnown] })],
    ["list of members", service({ port: 80, members: notKnown })],
  ])("a %s that is not known yet is not reported", (_, sent) => {
    expect(ask(noPortChangeUnderDirectRouting, sent)).toEqual([]);
  });

  test("the methods can be others", () => {
    const config = { methods: ["gate"] };
    expect(ask(noPortChangeUnderDirectRouting, of("ipip"), config)).toEqual([]);
    expect(ask(noPortChangeUnderDirectRouting, of("gate"), config)).toHaveLength(1);
    expect(ask(noPortChangeUnderDirectRouting, of("ipip"), { methods: ["tunnel"] })).toHaveLength(
      1,
    );
  });

  test("a violation stops the preview", () => {
    expect(noPortChangeUnderDirectRouting.enforcementLevel).toBe("mandatory");
  });
});
