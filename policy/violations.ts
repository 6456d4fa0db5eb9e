import { ReportViolation } from "@pulumi/policy";
import { Resource } from "./resources";

/** Reports a problem with a resource. The text continues after its kind and name. */
export type Refuse = (problem: string) => void;

/** `IpvsService "web": scheduler "lc" is not allowed; allowed are rr, wrr.` */
export function refusing(resource: Resource, report: ReportViolation): Refuse {
  return (problem) => {
    report(`${titleOf(resource)}: ${problem}.`, resource.urn);
  };
}

/** `IpvsService "web"` */
export function titleOf({ kind, name }: Resource): string {
  return `${kind} "${name}"`;
}

/** Refuses a property's value that is not on a list. */
export function mustBeOneOf(
  refuse: Refuse,
  property: string,
  value: string,
  allowed: string[],
  same: (name: string) => string = (name) => name,
): void {
  if (!allowed.map(same).includes(same(value))) {
    refuse(notAllowed(property, value, allowed));
  }
}

/** `scheduler "lc" is not allowed; allowed are rr, wrr` */
export function notAllowed(
  property: string,
  value: string | number,
  allowed: (string | number)[] | string,
): string {
  const shown = typeof value === "string" ? `"${value}"` : String(value);
  const range =
    typeof allowed === "string"
      ? `is ${allowed}`
      : `${allowed.length === 1 ? "is" : "are"} ${allowed.join(", ")}`;
  return `${property} ${shown} is not allowed; allowed ${range}`;
}
