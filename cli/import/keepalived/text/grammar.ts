/**
 * The grammar of keepalived.conf(5), for peggy, after replacements: statements of words, one a line, some of them with
 * a block of statements in braces. A brace stands between spaces.
 */
export const grammar = String.raw`
{{
  const escapes = { a: "\x07", b: "\b", E: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
}}

File = Blank body:Body (End / Stray) { return body; }

Body = (@Statement Blank)*

Statement = words:Words block:Block? { return { words, block: block ?? undefined, at: location().start }; }

Words = head:Word tail:(Space @Word)* { return [head, ...tail]; }

Block = Blank open:Open Blank body:Body closed:(Close / Nameless)? {
  if (!closed) { error("this block is not closed", open); }
  return body;
}

Open = Brace_open { return location(); }
Close = Brace_close
Stray = Brace_close { error("this brace closes no block"); }
  / Nameless
Nameless = Brace_open { error("a block without a name"); }

Brace_open = "{" &(White / End)
Brace_close = "}" &(White / End)

Word "a word" = !(Brace_open / Brace_close) parts:(Plain / Quoted / Escaped)+ { return parts.join(""); }

Plain = $[^ \t\f\v\r\n"'\\]+
Quoted = '"' text:(Escaped / $[^"\\\n]+)* '"' { return text.join(""); }
  / "'" text:(Escaped / $[^'\\\n]+)* "'" { return text.join(""); }
  / ["'] { error("a quote that is not closed"); }

Escaped = "\\" "x" digits:$[0-9a-fA-F]+ { return String.fromCharCode(parseInt(digits, 16) & 255); }
  / "\\" digits:$([0-7][0-7]?[0-7]?) { return String.fromCharCode(parseInt(digits, 8) & 255); }
  / "\\" "c" char:. { return String.fromCharCode(char.charCodeAt(0) & 31); }
  / "\\" char:[^\n] { return escapes[char] ?? char; }
  / "\\" { return ""; }

Space = [ \t\f\v\r]+
Blank = White*
White = [ \t\f\v\r\n]
End = !.
`;
