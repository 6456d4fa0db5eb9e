import { allowedSchedulers, noDefeatedPersistence } from "../../../policy/scheduling";
import { ask, notKnown, service, vip } from "../../support/askPolicy";

describe("allowed-schedulers", () => {
  test("a scheduler that is not allowed is reported with service, value and list", () => {
    expect(
      ask(allowedSchedulers, service({ scheduler: "lc" }), { schedulers: ["rr", "wrr"] }),
    ).toEqual(['IpvsService "web": scheduler "lc" is not allowed; allowed are rr, wrr.']);
  });

  test("a scheduler on the list passes", () => {
    expect(ask(allowedSchedulers, service({ scheduler: "wrr" }), { schedulers: ["wrr"] })).toEqual(
      [],
    );
  });

  test("by default, every scheduler that Debian's kernel has is allowed, and no other", () => {
    expect(ask(allowedSchedulers, service({ scheduler: "mh" }))).toEqual([]);
    expect(ask(allowedSchedulers, service({ scheduler: "twos" }))).toHaveLength(1);
  });

  test("other resources are none of its business", () => {
    expect(ask(allowedSchedulers, vip({ scheduler: "lc" }), { schedulers: ["rr"] })).toEqual([]);
  });

  test("what is not known yet is not reported", () => {
    expect(ask(allowedSchedulers, service({ scheduler: notKnown }))).toEqual([]);
  });

  test("a parameter that it does not have is an error", () => {
    expect(() => ask(allowedSchedulers, service({}), { scheduler: ["rr"] })).toThrow(
      'allowed-schedulers: there is no parameter "scheduler"; there are schedulers',
    );
  });

  test("a violation stops the preview", () => {
    expect(allowedSchedulers.enforcementLevel).toBe("mandatory");
  });
});

describe("no-defeated-persistence", () => {
  test("persistence with a hash of the client's address is reported with the reason", () => {
    expect(ask(noDefeatedPersistence, service({ scheduler: "sh", persistence: 300 }))).toEqual([
      'IpvsService "web": persistence with scheduler "sh" is not allowed, because it chooses by the client\'s address already; not allowed with persistence are sh, mh, dh, lblc, lblcr, fo, ovf.',
    ]);
  });

  test.each(["sh", "mh", "dh", "lblc", "lblcr", "fo", "ovf"])("%s is defeated", (scheduler) => {
    expect(
      ask(noDefeatedPersistence, service({ scheduler, persistence: { timeout: 300 } })),
    ).toHaveLength(1);
  });

  test.each(["rr", "wrr", "lc", "wlc", "sed", "nq"])("%s goes with persistence", (scheduler) => {
    expect(ask(noDefeatedPersistence, service({ scheduler, persistence: 300 }))).toEqual([]);
  });

  test.each([
    ["absent", {}],
    ["null", { persistence: null }],
    ["0 seconds", { persistence: 0 }],
    ["not known yet", { persistence: notKnown }],
  ])("persistence that is %s is no matter", (_, props) => {
    expect(ask(noDefeatedPersistence, service({ scheduler: "sh", ...props }))).toEqual([]);
  });

  test("the list of schedulers can be another", () => {
    const config = { schedulers: ["wlc"] };
    const of = (scheduler: string) => service({ scheduler, persistence: 300 });
    expect(ask(noDefeatedPersistence, of("sh"), config)).toEqual([]);
    expect(ask(noDefeatedPersistence, of("wlc"), config)).toEqual([
      'IpvsService "web": persistence with scheduler "wlc" is not allowed; not allowed with persistence are wlc.',
    ]);
  });

  test("it only warns", () => {
    expect(noDefeatedPersistence.enforcementLevel).toBe("advisory");
  });
});
