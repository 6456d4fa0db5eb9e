import { invalid } from "../args/validate";

/** What a resource wants to be so: the property that says it, the thing, and its value. */
export interface Agreed {
  property: string;
  what: string;
  value: string | number;
}

/** What the program's resources have agreed on for each host, and which of them said it first. */
const said = new WeakMap<object, Map<string, { owner: string; value: string | number }>>();

/**
 * Notes what there is one of on a host and what several resources may need, as long as they want the
 * same: the kernel's settings.
 * @throws pulumi.RunError where another resource wants another value.
 */
export function agree(type: string, name: string, host: { label: string }, wanted: Agreed[]): void {
  const there = said.get(host) ?? new Map<string, { owner: string; value: string | number }>();
  said.set(host, there);
  const problems = wanted.flatMap(({ property, what, value }) => {
    const first = there.get(what);
    return first === undefined || first.value === value
      ? []
      : `${property}: ${what} is ${first.value} for ${first.owner} on ${host.label}, so it cannot be ${value}`;
  });
  if (problems.length > 0) {
    throw invalid(type, name, problems);
  }
  for (const { what, value } of wanted) {
    there.set(what, there.get(what) ?? { owner: `${type} "${name}"`, value });
  }
}
