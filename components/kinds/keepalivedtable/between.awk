# Follows blocks.awk. Prints the configuration until all first results are known: the desired one, in which members that
# the kernel does not have count as dead until they pass ("alpha"), with the blocks of members that leave. Reads
# "@alpha" and "@leaving" with the names of these, "@before" and "@config" with the configurations.
$0 == "@alpha" || $0 == "@leaving" || $0 == "@before" || $0 == "@config" { part = $0; next }
part == "@alpha" { alpha[$0] = 1; next }
part == "@leaving" { leaving[$0] = 1; next }
{ follow(); name = key " -r " member }
part == "@before" {
  # A service's own lines are kept until its key is known.
  if ($1 == "virtual_server") own = ""
  if (member == "" && $0 != "}") { own = own $0 "\n"; head[key] = own; next }
  if ($0 != "}" && name in leaving) {
    if (!(key in blocks)) order[++count] = key
    blocks[key] = blocks[key] $0 "\n"
  }
  next
}
{
  if ($0 == "}") { printf "%s", blocks[key]; done[key] = 1 }
  print
  if (/^    [A-Z_]+ \{$/ && name in alpha) print "      alpha"
}
# Services that leave with their members.
END { for (i = 1; i <= count; i++) if (!(order[i] in done)) printf "%s%s}\n", head[order[i]], blocks[order[i]] }
