# Reads the output of curl -v, and "= CODE CONNECTED TEXT"; prints why the check failed. "codes" are the right ones.
sub(/^\* .* failed: /, "") { why = $0 }
$1 == "=" { code = $2; connected = $3 > 0; sub(/^= [^ ]* [^ ]* ?/, ""); text = $0 }
END {
  n = split(codes, range, " ")
  for (i = 1; i <= n; i++) { split(range[i] "-" range[i], end, "-"); if (code >= end[1] && code <= end[2]) right = 1 }
  if (why == "" && codes == "" && connected || right) why = "it answers now" (codes == "" ? "" : ", with status " code)
  if (why == "" && code > 0) why = "status " code ", not " codes
  printf "%s", why == "" ? text : why
}
