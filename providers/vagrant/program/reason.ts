/** A line of a Ruby backtrace: "from FILE:12:in `name'", with or without "from". */
const frame = /^\s*(?:\d+: )?(?:from .+:\d+.*|(?:<internal:.+>|\S.*):\d+:in [`'][^`']*')$/;

/** The first line that Ruby prints about an uncaught exception: place, reason, and class. */
const uncaught = /^(\S.*?:\d+):in [`'][^`']*': (.*)$/;

const warning = /^\S.*:\d+: warning: /;

/** True for a line that only names a place in Ruby's code. */
export function isNoise(line: string): boolean {
  return frame.test(line) || warning.test(line);
}

/** Ruby's own files and those of Vagrant, which users do not read. */
const isForeign = (place: string) => /\/gems\/|\/ruby\/|^<internal/.test(place);

/**
 * The reason of a failure in Vagrant's output, without Ruby's backtraces and warnings, and without an exception's
 * class. The place of an exception in the user's own file follows in brackets.
 */
export function reasonIn(said: string): string {
  const lines = said.split("\n").flatMap((line) => {
    if (isNoise(line)) {
      return [];
    }
    const [, place = "", reason = ""] = uncaught.exec(line) ?? [];
    if (place === "") {
      return [line];
    }
    const plain = reason.replace(/ \([A-Z][\w:]*\)$/, "");
    return [isForeign(place) ? plain : `${plain} (${place})`];
  });
  const reason = lines
    .join("\n")
    .replaceAll(/\n\s*\n+/g, "\n\n")
    .trim();
  // When there are only backtrace lines, all of the output is better than nothing.
  return reason || said.trim();
}
