import { minimumMembers, weightRange } from "../../../policy/members";
import { ask, notKnown, realServer, service } from "../../support/askPolicy";

const weights = (...all: unknown[]) =>
  service({ members: all.map((weight, i) => ({ name: `b${i}`, weight })) });

describe("minimum-members", () => {
  test("a service with too few members is reported with how many are needed", () => {
    expect(ask(minimumMembers, weights(1, 1), { members: 3 })).toEqual([
      'IpvsService "web": members: 2 with a weight above 0 is not enough; allowed are 3 or more.',
    ]);
  });

  test("a member of weight 0 does not count", () => {
    expect(ask(minimumMembers, weights(1, 0, 1))).toEqual([]);
    expect(ask(minimumMembers, weights(1, 0))).toHaveLength(1);
  });

  test("the workshop's two members are enough by default, one is not", () => {
    expect(ask(minimumMembers, weights(1, 1))).toEqual([]);
    expect(ask(minimumMembers, weights(1))).toHaveLength(1);
    expect(ask(minimumMembers, weights())).toHaveLength(1);
  });

  test("members: 1 is enough for a service with one", () => {
    expect(ask(minimumMembers, weights(1), { members: 1 })).toEqual([]);
  });

  test("what is no service needs no members", () => {
    expect(ask(minimumMembers, realServer({ members: [] }))).toEqual([]);
  });

  test("what is not known yet is not reported", () => {
    expect(ask(minimumMembers, weights(notKnown, 1))).toEqual([]);
    expect(ask(minimumMembers, service({ members: [notKnown, notKnown] }))).toEqual([]);
    expect(ask(minimumMembers, service({ members: notKnown }))).toEqual([]);
  });

  test("it only warns, so that a member can be drained", () => {
    expect(minimumMembers.enforcementLevel).toBe("advisory");
  });
});

describe("weight-range", () => {
  test.each([0, 101])("weight %d is reported with the range", (weight) => {
    expect(ask(weightRange, realServer({ weight }), { min: 1, max: 100 })).toEqual([
      `RealServer "BACKEND-1": weight ${weight} is not allowed; allowed is 1 to 100.`,
    ]);
  });

  test.each([1, 100])("weight %d, at the range's end, passes", (weight) => {
    expect(ask(weightRange, realServer({ weight }), { min: 1, max: 100 })).toEqual([]);
  });

  test("by default the range is the kernel's", () => {
    expect(ask(weightRange, realServer({ weight: 0 }))).toEqual([]);
    expect(ask(weightRange, realServer({ weight: 65535 }))).toEqual([]);
    expect(ask(weightRange, realServer({ weight: 65536 }))).toHaveLength(1);
  });

  test("a range that is the wrong way round is an error", () => {
    expect(() => ask(weightRange, realServer({ weight: 5 }), { min: 9, max: 1 })).toThrow(
      "weight-range: min 9 is above max 1",
    );
  });

  test("the service does not repeat what its real server is told", () => {
    const { props } = weights(500);
    expect(ask(weightRange, service({ ...props, weight: 500 }), { max: 100 })).toEqual([]);
  });

  test("the service is told of a member that is no resource", () => {
    const mixed = service({
      members: [{ name: "b0", weight: 500 }, { weight: 1 }, { weight: 500 }],
    });
    expect(ask(weightRange, mixed, { max: 100 })).toEqual([
      'IpvsService "web": member "2": weight 500 is not allowed; allowed is 0 to 100.',
    ]);
  });

  test("what is not known yet is not reported", () => {
    expect(ask(weightRange, realServer({ weight: notKnown }), { min: 1 })).toEqual([]);
  });

  test("a violation stops the preview", () => {
    expect(weightRange.enforcementLevel).toBe("mandatory");
  });
});
