/** An explanation of a resource: a sentence about it, its machine, and the command that shows it there. */
export interface Explanation {
  /** Its name in this program. */
  name: string;
  /** A sentence that says what it is. */
  what: string;
  /** The host's name in this program. */
  machine: string;
  /** A shell command that shows it on that machine. */
  look: string;
}

/** A component that explains itself. */
export interface Explained {
  /** The component's explanation. */
  readonly explanation: Explanation;
}

/** A stack output for people: by name, what each thing is and how to look at it. */
export function explain(
  ...things: (Explained | undefined)[]
): Record<string, Omit<Explanation, "name">> {
  return Object.fromEntries(
    things.flatMap((thing) => {
      if (!thing) {
        return [];
      }
      const { name, ...explanation } = thing.explanation;
      return [[name, explanation]];
    }),
  );
}
