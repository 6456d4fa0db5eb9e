# Reads answers. Prints them, without those that are neither "expected" nor the lack of an answer: a page may be secret.
BEGIN {
  count = split(expected, lines, "\n")
  for (i = 1; i <= count; i++) { sub(/^[^\t]*\t/, "", lines[i]); shown[lines[i]] = 1 }
}
{ print ($0 in shown || /^no answer: /) ? $0 : "(a page that is not shown)" }
