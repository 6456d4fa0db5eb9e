# Reads the same as changes.awk; prints the desired lines, in which the members of "keep" have the weights that somebody
# set by hand.
function weight(line) { return match(line, / -w [0-9]+/) ? substr(line, RSTART + 4, RLENGTH - 4) : 1 }
/^@/ { from = substr($0, 2); next }
{ server = ""; if (/^-a/) { server = $0; sub(/.* -r /, "", server); sub(/ .*/, "", server) } }
from == "current" { if (server != "") now[server] = weight($0); next }
from == "ours" { if (server != "") gave[server, weight($0)] = 1; next }
server in now && !((server, now[server]) in gave) && (keep == " all " || index(keep, " " server " ")) {
  sub(/ -w [0-9]+/, " -w " now[server])
}
{ print }
