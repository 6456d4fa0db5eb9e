# Reads a service as it is (@current), as it was made (@ours) and as it is desired (@desired); prints the lines of
# ipvsadm that lead to the desired state. A member that is no longer desired is removed if it was ours. "-t
# 10.10.10.100:80" of a service, "-t 10.10.10.100:80 -r 10.10.10.3:80" of a member.
function name(i, words) {
  for (i = 2; i <= NF && $i != "-s"; i++) {
    words = words (i > 2 ? " " : "") $i
    if ($(i - 1) == "-r") break
  }
  return words
}
/^@/ { from = substr($0, 2); next }
NF < 2 { next }
{ line = $0; id = name() }
from == "current" { current[id] = line }
from == "ours" && $1 == "-a" { ours[id] = 1 }
from == "desired" {
  desired[id] = 1
  if (!(id in current)) { print line; next }
  if (current[id] == line) next
  sub(/^-A/, "-E", line); sub(/^-a/, "-e", line); print line
}
END { for (id in ours) if (!(id in desired) && id in current) print "-d " id }
