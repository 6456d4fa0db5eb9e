// What begins a line of progress: signs, or ASCII where the locale has no others. JavaScript, as
// bootstrap.mjs needs it before there is anything to compile with.
const { LC_ALL, LC_CTYPE, LANG } = process.env;
const unicode = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");

export const glyphs = unicode
  ? { doing: "•", done: "✓", failed: "✗", more: "…" }
  : { doing: "*", done: "ok", failed: "!!", more: "..." };
