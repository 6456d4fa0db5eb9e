import { ResourceValidationArgs } from "@pulumi/policy";
import { allowedSchedulers } from "../../policy/allowedSchedulers";

/** What the policy says of a resource. */
function violations(type: string, props: Record<string, unknown>, config: object = {}): string[] {
  const found: string[] = [];
  const args = {
    type,
    props,
    name: "web",
    getConfig: () => config,
  } as unknown as ResourceValidationArgs;
  const validate = allowedSchedulers.validateResource;
  if (typeof validate !== "function") {
    throw new Error("the policy has one function");
  }
  void validate(args, (message) => found.push(message));
  return found;
}

test("a scheduler that is not allowed is reported with service, value and list", () => {
  expect(
    violations("ipvs-lab:index:IpvsService", { scheduler: "lc" }, { schedulers: ["rr", "wrr"] }),
  ).toEqual(['IpvsService "web": scheduler "lc" is not allowed; allowed are rr, wrr.']);
});

test("by default, every scheduler that Debian's kernel has is allowed, and no other", () => {
  expect(violations("ipvs-lab:index:IpvsService", { scheduler: "mh" })).toEqual([]);
  expect(violations("ipvs-lab:index:IpvsService", { scheduler: "twos" })).toHaveLength(1);
});

test("other resources are none of its business", () => {
  expect(violations("ipvs-lab:index:Vip", { scheduler: "lc" }, { schedulers: ["rr"] })).toEqual([]);
});

test("a violation stops the preview", () => {
  expect(allowedSchedulers.enforcementLevel).toBe("mandatory");
});
