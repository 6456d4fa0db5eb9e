/**
 * What the official language host says and ours says in other words. Everything else must be the same.
 * Not compared here, and on purpose:
 * - ours attaches no debugger, packs no SDKs and converts no programs; it makes SDKs with the same generator;
 * - it installs with npm alone, and `npm install` is not said to run in a terminal;
 * - programs speak to the engine directly, not through the language host, so SDKs that need calls that
 *   block (before 3.0) do not run;
 * - differing versions of @pulumi/pulumi in one project are not warned of;
 * - a policy pack may write to standard output while it is loaded;
 * - `nodeargs` of a policy pack are arguments of Node.js, as those of a program are.
 */
const words: [RegExp, string][] = [
  [/Program exited with non-zero exit code: (\d+)/g, "The program ended with exit code $1"],
  [
    /policy pack not started: could not read policy pack port: .*/g,
    "the policy pack ended before it answered",
  ],
];

/** The official host's result as ours should be. */
export function intended<T>(official: T): T {
  return JSON.parse(JSON.stringify(official), (_key, value: unknown) =>
    typeof value === "string"
      ? words.reduce((text, [theirs, ours]) => text.replace(theirs, ours), value)
      : value,
  ) as T;
}
