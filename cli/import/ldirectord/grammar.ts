/**
 * The grammar of ldirectord.cf, for peggy: a setting a line, and behind a virtual service those of its section,
 * indented. A comment begins with "#" anywhere, within quotes too.
 */
export const grammar = String.raw`
File = Gap items:(@Item Gap)* (End / Indent Lost) { return items; }

Item = head:Setting block:(Gap @Inner)* {
  if (block.length > 0 && !/^virtual6?$/.test(head.words[0])) {
    error("an indented line belongs to a virtual service, and the line above it is none", block[0].range);
  }
  return { ...head, block };
}

Inner = Indent @Setting
  / " " " "? " "? Name { error("a line of a virtual service is indented with four spaces or a tab"); }

Lost = Name { error("an indented line belongs to a virtual service, and there is none above it"); }

Setting = name:Name Space* words:(Value / Bare) Space* Comment? Line_end {
  if (words.length === 0 && name !== "supervised") {
    error("a setting has the form name = value", location());
  }
  return { words: [name, ...words], at: location().start, range: location() };
}

Value = "=" Space* words:(@Word Between)* { return words; }
Bare = &(Comment / Line_end) { return []; }
  / . { error("a setting has the form name = value"); }

Name "the name of a setting" = $([A-Za-z] [A-Za-z0-9_-]*)
Word = Quoted / $[^ \t\r\n"#,]+
Quoted = '"' text:$[^"#\n]* '"' { return text; }
  / '"' { error("a quote that is not closed before the line's end or comment"); }
Between = [ \t,]*

Gap = (Space* Comment? "\r"? "\n")* (Space* Comment &End)?
Comment = "#" [^\n]*
Line_end = "\r"? ("\n" / End)
Indent = "    " Space* / " "* "\t" Space*
Space = [ \t]
End = Space* !.
`;
