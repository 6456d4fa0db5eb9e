# The common beginning of the tables' other programs: the lines of ipvsadm and the names in them. "-t 10.10.10.100:80" is the
# key of a service, "-t 10.10.10.100:80 -r 10.10.10.3:80" names a member.
function named(line,  at, member) {
  if (line ~ /^-[AE]/) return substr(line, 4, index(line, " -s ") - 4)
  at = index(line, " -r ")
  member = substr(line, at + 4)
  sub(/ .*/, "", member)
  return substr(line, 4, at) member
}
function key_of(name,  at) { at = index(name, " -r "); return at ? substr(name, 1, at - 1) : name }
# The key that a heading of ipvsadm -Ln begins with, or nothing.
function heading() {
  if ($1 == "TCP") return "-t " $2
  if ($1 == "UDP") return "-u " $2
  if ($1 == "SCTP") return "--sctp-service " $2
  if ($1 == "FWM") return "-f " $2 ($3 == "IPv6" ? " -6" : "")
  return ""
}
# A line of ipvsadm -Ln --thresholds; where there are any, one of ipvsadm -Sn with those of its member.
function limits() {
  if ($1 != "->") { listed = heading(); return }
  if ($3 + $4 > 0) { limit[listed " -r " $2] = ($3 > 0 ? " -x " $3 : "") ($4 > 0 ? " -y " $4 : ""); limited = 1 }
}
function whole(line) { return line ~ /^-a/ ? line limit[named(line)] : line }
