# Follows hex.awk. Prints the names of the addresses that may be announced, in a line: this machine has them, and a
# virtual service of each has a member with a weight. Reads BIRD's files of addresses ("# ipvs-lab NAME KEY ADDRESS", KEY
# as /proc/net/ip_vs prints the address), the addresses on lo as `ip -o address` prints them, and /proc/net/ip_vs. "marks"
# are the firewall marks and what they are for, "MARK@ADDRESS". With keepalived's files, too, it leaves out the addresses
# that a member of theirs lacks.
BEGIN { count = split(marks, list) }
$1 == "#" && $2 == "ipvs-lab" { key[$3] = toupper($4); address[$3] = $5; names[++known] = $3 }
$3 == "inet" || $3 == "inet6" { here[$4] = 1 }
$1 == "TCP" || $1 == "UDP" || $1 == "SCTP" { at = bare($2); service = at; sub(/:[0-9A-F]+$/, "", service) }
$1 == "FWM" { at = service = number($2) "@" }
$1 == "->" && $(NF - 2) > 0 { alive[service] = 1; has[at, bare($2)] = 1 }
$1 == "virtual_server" && $2 == "fwmark" { at = service = $3 "@" }
$1 == "virtual_server" && $2 != "fwmark" { service = toupper(hex($2)); at = service port($3) }
$1 == "real_server" { member = toupper(hex($2)) port($3) }
$1 == "weight" && $2 > 0 && !((at, member) in has) { lacks[service] = 1 }
END {
  for (i = 1; i <= count; i++) {
    mark = substr(list[i], 1, index(list[i], "@")); of = toupper(hex(substr(list[i], length(mark) + 1)))
    if (mark in alive) alive[of] = 1
    if (mark in lacks) lacks[of] = 1
  }
  for (i = 1; i <= known; i++) {
    name = names[i]
    if (address[name] in here && key[name] in alive && !(key[name] in lacks)) line = line (line == "" ? "" : " ") name
  }
  print line
}

function bare(text) { gsub(/[][]/, "", text); return toupper(text) }

# No port is any port.
function port(word) { return sprintf(":%04X", word == "{" ? 0 : word) }

# The number that a text of hexadecimal digits is.
function number(text,  i, value) {
  for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", toupper(substr(text, i, 1))) - 1
  return value
}
