import { globSync } from "glob";
import { braceExpand } from "minimatch";

/** True if a path has wildcards, alternatives in braces, or letters that stand for themselves after a backslash. */
export function isPattern(path: string): boolean {
  return /[*?[{\\]/.test(path);
}

/**
 * The paths that match a pattern of glob(7), with alternatives in braces as in csh: those of each alternative sorted.
 * Wildcards do not match a leading dot.
 */
export function matches(pattern: string): string[] {
  return braceExpand(pattern).flatMap((one) =>
    // glob(7) has neither extended patterns nor `**`.
    globSync(one, { noext: true, noglobstar: true, nobrace: true }).sort(),
  );
}
