// Signs that begin a line of progress: Unicode, or ASCII in a locale that has no others. This is JavaScript, because
// bootstrap.mjs needs it before any compiler is installed.
const { LC_ALL, LC_CTYPE, LANG } = process.env;
const unicode = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");

export const glyphs = unicode
  ? { doing: "•", done: "✓", failed: "✗", more: "…" }
  : { doing: "*", done: "ok", failed: "!!", more: "..." };
