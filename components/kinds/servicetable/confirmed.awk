# Reads a plan, then /proc/net/ip_vs. Prints "confirmed" if the kernel has all that the plan has changed, and if that is
# only members of IPv4 by masquerade or direct routing: the file says nothing of thresholds, tunnels' types and
# schedulers' flags. ipvsadm takes four times as long to list as many members.
function hex(place,  part) {
  if (place !~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+:[0-9]+$/) { unsure = 1; return "" }
  split(place, part, /[.:]/)
  return sprintf("%02X%02X%02X%02X:%04X", part[1], part[2], part[3], part[4], part[5])
}
function key(flag, place) {
  if (!(flag in protocol)) unsure = 1
  return protocol[flag] " " hex(place)
}
BEGIN {
  protocol["-t"] = "TCP"; protocol["-u"] = "UDP"; protocol["--sctp-service"] = "SCTP"
  forwarding["-m"] = "Masq"; forwarding["-g"] = "Route"
}
FNR < NR { file = 1 }
# The plan is read to its end, as the shell would complain of a pipe that nobody reads.
unsure && file { exit }
unsure { next }
file && $1 == "->" {
  member = service " " $2
  if (member in wanted && wanted[member] == $3 " " $4) delete wanted[member]
  if (member in removed) unsure = 1
  next
}
file { service = $1 " " $2; if (service in removed) unsure = 1; next }
$1 == "edit" || $1 == "fallback" { unsure = 1 }
$1 == "set" {
  if (NF != 9 || $2 !~ /^-[ae]$/ || $5 != "-r" || !($7 in forwarding) || $8 != "-w") unsure = 1
  else wanted[key($3, $4) " " hex($6)] = forwarding[$7] " " $9
}
$1 == "remove" {
  if ($2 == "-D" && NF == 4) removed[key($3, $4)] = 1
  else if ($2 == "-d" && NF == 6) removed[key($3, $4) " " hex($6)] = 1
  else unsure = 1
}
END {
  for (member in wanted) unsure = 1
  if (file && !unsure) print "confirmed"
}
