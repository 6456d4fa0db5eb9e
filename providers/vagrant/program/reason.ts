/** A line of a Ruby backtrace: "from FILE:12:in `name'", with or without "from". */
const frame = /^\s*(?:\d+: )?(?:from .+:\d+.*|(?:<internal:.+>|\S.*):\d+:in [`'][^`']*')$/;

/** The first line of what Ruby says of an exception that nobody has caught: place, reason, and class. */
const uncaught = /^(\S.*?:\d+):in [`'][^`']*': (.*)$/;

const warning = /^\S.*:\d+: warning: /;

/** True for a line that tells only where Ruby was. */
export function isNoise(line: string): boolean {
  return frame.test(line) || warning.test(line);
}

/** Ruby's own files and those of Vagrant, where no user looks. */
const isForeign = (place: string) => /\/gems\/|\/ruby\/|^<internal/.test(place);

/**
 * The reason in what Vagrant said of a failure: without Ruby's backtraces and warnings, and without the class of an
 * exception. Where one came from the user's own file, its place follows in brackets.
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
  // Nothing but frames: better all of it than no word.
  return reason || said.trim();
}
