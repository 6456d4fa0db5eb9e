# Prints the names of the addresses that may be announced, in a line: this machine has them, and a virtual service of
# each has a member with a weight. Reads BIRD's files of addresses ("# ipvs-lab NAME KEY ADDRESS", KEY as
# /proc/net/ip_vs prints the address), the addresses on lo as `ip -o address` prints them, and /proc/net/ip_vs. "marks"
# are the firewall marks and what they are for, "MARK@ADDRESS". With keepalived's files, too, it leaves out the addresses
# whose members are not all there.
BEGIN { count = split(marks, list) }
$1 == "#" && $2 == "ipvs-lab" { key[$3] = $4; address[$3] = $5; names[++known] = $3 }
$3 == "inet" || $3 == "inet6" { here[$4] = 1 }
$1 == "TCP" || $1 == "UDP" || $1 == "SCTP" { service = $2; sub(/:[0-9A-F]+$/, "", service); gsub(/[][]/, "", service); service = toupper(service) }
$1 == "FWM" { service = number($2) "@" }
$1 == "->" && $(NF - 2) > 0 { alive[service]++ }
$1 == "virtual_server" { service = $2 == "fwmark" ? $3 "@" : $2 }
$1 == "weight" && $2 > 0 { wanted[service]++ }
END {
  for (i = 1; i <= count; i++) {
    mark = substr(list[i], 1, index(list[i], "@")); bare = substr(list[i], length(mark) + 1)
    alive[bare] += alive[mark]; wanted[bare] += wanted[mark]
  }
  for (i = 1; i <= known; i++) {
    name = names[i]; bare = address[name]; sub(/\/.*/, "", bare)
    members = alive[toupper(key[name])] + alive[bare]
    if (address[name] in here && members > 0 && members >= wanted[bare]) line = line (line == "" ? "" : " ") name
  }
  print line
}

# The number that a text of hexadecimal digits is.
function number(text,  i, value) {
  for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", toupper(substr(text, i, 1))) - 1
  return value
}
