import * as fc from "fast-check";

/** Text that does something wherever a shell, awk, sed, printf or a pattern reads it as its own. */
// prettier-ignore
const attacks = [
  "$(canary)", "`canary`", "$(touch PWNED)", "`touch PWNED`", "$(>PWNED)", "${x:=$(canary)}", "$((x=$(canary)))",
  ";canary;", "&canary&", "&& canary ", "|| canary ", "|canary|", ">PWNED", ">>PWNED ", "<PWNED", "2>PWNED",
  "'", '"', "\\", "';canary;'", '";canary;"', "'$(canary)'", '"$(canary)"', "\\'", '\\"', "'\\''", "\\$(canary)", "\\`canary\\`",
  "$IFS", "${IFS}canary", "$HOME", "$0", "$$", "$@", "$*", "$#", "*", "?", "[A-Z]*", "GLOB*", "./*", "~", "~root", "{a,b}",
  "%s", "%n", "%%", "%d", "%b", "\\n", "\\0", "\\c", "\\x41", "\\101", "-", "--", "-n", "-e canary", "-rf", "--help",
  " ", "  ", "\t", "\r", "\v", "\u0001", "\u001b[31m", "\u007f", "#", "!", "!!", "=", "a=b", ":", ",", ".", "..", "(", ")", "{", "}", "[", "]", "]]", "((",
  'system("canary")', "x[$(canary)]", "x[`canary`]", "$x", "${x", "$(", "`", "@", "^", "|", "&", "<", ">", ";",
  "é", "ā", "\u0081", "\u0085", "\u00a0", "\u2028", "\ufeff", "日本", "🙂", "e\u0301",
];
const breaks = ["\n", "\n\n", "\ncanary\n", "\n;canary\n", "\nEOF\ncanary\n", "\\\n", "\r\n"];
const slashes = ["/", "//", "/*", "/../", "../../..", "/bin/sh"];

const unicode = fc.string({ unit: "binary", minLength: 1, maxLength: 8 });

function mixed(...words: string[]): fc.Arbitrary<string> {
  const part = fc.oneof({ arbitrary: fc.constantFrom(...words), weight: 4 }, unicode);
  return fc
    .array(part, { minLength: 1, maxLength: 16 })
    .map((parts) => parts.join("").replaceAll("\0", ""))
    .filter((value) => value !== "");
}

/** Any text without NUL, the more of it that means something to a shell the better. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: mixed(...attacks, ...slashes, ...breaks, ...breaks), weight: 6 },
  long(mixed(...attacks, ...breaks)),
);

/** The same without line ends: what can stand in a "key value" line. */
export const line: fc.Arbitrary<string> = fc
  .oneof(
    { arbitrary: mixed(...attacks, ...slashes), weight: 6 },
    long(mixed(...attacks, ...slashes)),
  )
  .map((value) => value.replaceAll("\n", " "));

function long(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return of.map((value) => value.repeat(Math.ceil(8000 / value.length)));
}

/** The beginning of a text, of at most so many bytes. */
export function cut(value: string, bytes: number): string {
  let size = 0;
  return Array.from(value)
    .filter((letter) => (size += Buffer.byteLength(letter)) <= bytes)
    .join("");
}
