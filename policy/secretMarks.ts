import { ResourceValidationPolicy, Secret } from "@pulumi/policy";

/** For each resource, by URN, the paths of its inputs that are marked secret. */
const marks = new Map<string, Set<string>>();

/** The paths of a resource's secret inputs; undefined when `secretMarks` did not run. */
export function secretPaths(urn: string): Set<string> | undefined {
  return marks.get(urn);
}

/**
 * Records secret inputs. Pulumi removes the secret marks before it calls a validating policy, but keeps them for a
 * policy that may remediate, which it calls first. This one changes nothing.
 */
export const secretMarks: ResourceValidationPolicy = {
  name: "secret-marks",
  description: "Notes which inputs are marked secret, for no-plain-text-secrets; refuses nothing.",
  enforcementLevel: "remediate",
  remediateResource: (args) => {
    const paths = new Set<string>();
    collect(args.props, "", paths);
    marks.set(args.urn, paths);
  },
};

/** Reading a property gives the value inside a secret; its descriptor gives the Secret itself. */
function collect(value: unknown, path: string, paths: Set<string>): void {
  if (value instanceof Secret) {
    paths.add(path);
  } else if (typeof value === "object" && value !== null) {
    const inArray = Array.isArray(value);
    for (const key of Object.keys(value)) {
      const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
      collect(inner, join(path, key, inArray), paths);
    }
  }
}

/** `environment.TOKEN`, `triggers[1]` */
export function join(path: string, key: string, inArray: boolean): string {
  if (inArray) {
    return `${path}[${key}]`;
  }
  return path === "" ? key : `${path}.${key}`;
}
