/**
 * A word in quotes, for a shell of whatever kind: it arrives as it is and runs nothing. A backslash means something to
 * fish between quotes, and an exclamation mark to csh. (A line's end alone cannot be told to csh.)
 */
export function quoted(word: string): string {
  return `'${word.replace(/['!\\]/g, "'\\$&'")}'`;
}

/** The same for a POSIX shell alone. */
export function posixQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The same for a reader's eyes: without quotes where no shell needs them. "=" at the beginning means something to zsh. */
export function shellQuote(word: string): string {
  return /^(?!=)[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : quoted(word);
}

/** A script of one line for a POSIX shell, whatever the login shell is that gets it. */
export function inPosixShell(script: string): string {
  return `sh -c ${shellQuote(script)}`;
}

/**
 * The words of a line that was made of words by shellQuote, with a blank between; undefined for any other line, even
 * where a shell would read it as well.
 */
export function wordsOf(line: string): string[] | undefined {
  const words = (line.match(/(?:\\[^]|'[^']*'|[^ '\\])+/g) ?? []).map((written) =>
    written.replace(/\\([^])|'([^']*)'/g, "$1$2"),
  );
  return words.map(shellQuote).join(" ") === line ? words : undefined;
}
