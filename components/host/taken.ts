import { invalid } from "../args/validate";

/** What the program's resources make on each host, and which of them makes it. */
const taken = new WeakMap<object, Map<string, string>>();

/**
 * Takes what a resource makes on a host: property to what it is. Two that want the same would be one
 * on the machine.
 * @throws pulumi.RunError where another resource has some of it already.
 */
export function take(
  type: string,
  name: string,
  host: { label: string },
  wanted: Record<string, string>,
): void {
  const there = taken.get(host) ?? new Map<string, string>();
  taken.set(host, there);
  const problems = Object.entries(wanted).flatMap(([property, what]) => {
    const owner = there.get(what);
    return owner === undefined
      ? []
      : `${property}: ${owner} has ${what} on ${host.label} already; choose another`;
  });
  if (problems.length > 0) {
    throw invalid(type, name, problems);
  }
  for (const what of Object.values(wanted)) {
    there.set(what, `${type} "${name}"`);
  }
}
