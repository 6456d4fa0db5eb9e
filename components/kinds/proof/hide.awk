# Reads answers. Prints those that are "expected" and the failures; any other one may be a secret page.
BEGIN {
  count = split(expected, lines, "\n")
  for (i = 1; i <= count; i++) { sub(/^[^\t]*\t/, "", lines[i]); shown[lines[i]] = 1 }
}
{ print ($0 in shown || /^no answer: /) ? $0 : "(a page that is not shown)" }
