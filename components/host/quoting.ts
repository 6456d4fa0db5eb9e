/**
 * A word in quotes, for any shell: it arrives unchanged and nothing in it is run. Between quotes a backslash is special
 * in fish, and an exclamation mark in csh. (Only a line end cannot be passed to csh.)
 */
export function quoted(word: string): string {
  return `'${word.replace(/['!\\]/g, "'\\$&'")}'`;
}

/** The same for a POSIX shell alone. */
export function posixQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The same for display: without quotes if no shell needs them. A leading "=" is special in zsh. */
export function shellQuote(word: string): string {
  return /^(?!=)[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : quoted(word);
}

/** A command that runs a one-line script in a POSIX shell, whatever the login shell is. */
export function inPosixShell(script: string): string {
  return `sh -c ${shellQuote(script)}`;
}

/**
 * The words of a line that was made with shellQuote, with a blank between them; undefined for any other line, even if a
 * shell would accept it.
 */
export function wordsOf(line: string): string[] | undefined {
  const words = (line.match(/(?:\\[^]|'[^']*'|[^ '\\])+/g) ?? []).map((written) =>
    written.replace(/\\([^])|'([^']*)'/g, "$1$2"),
  );
  return words.map(shellQuote).join(" ") === line ? words : undefined;
}
