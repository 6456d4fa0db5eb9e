# Reads a service as it is, then after "@shall" as it is desired; prints what differs (keepalivedservice_differs).
BEGIN { from = "now" }
$0 == "@shall" { from = "shall"; next }
$0 == "" { next }
{ line = $0 }
line ~ /^inhibit / { inhibited[substr(line, 9)] = 1; next }
{ id = ""; if (line ~ /^-a/) { split(substr(line, length(key) + 8), word, " "); id = word[1] } }
from == "now" { now[id] = line }
from == "shall" { shall[id] = line; order[++n] = id }
END {
  if (!("" in now)) { print "gone"; exit }
  for (i = 1; i <= n; i++) {
    id = order[i]; line = shall[id]
    if (!(id in now)) { absent = absent "absent " id "\n"; continue }
    if (now[id] == line || id == "" && now[id] == ENVIRON["FALLBACK"]) continue
    failed = line; sub(/ -w [0-9]+/, " -w 0", failed)
    if (id in inhibited && now[id] == failed) continue
    sub(/^-A/, "-E", line); sub(/^-a/, "-e", line); print "edit " line
  }
  for (id in now) if (index(ENVIRON["GONE"], "\n" id "\n") && !(id in shall)) print "stays " id
  printf "%s", absent
}
