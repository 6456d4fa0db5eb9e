# The common beginning of the programs that read keepalived's configuration: follow() sets "key" to ipvsadm's words for
# the service that a line belongs to, and "member" to its real server, such as "10.10.10.3:80".
function place(address, port) { return (address ~ /:/ ? "[" address "]" : address) ":" port }
function follow() {
  if ($1 == "virtual_server") { mark = $2 == "fwmark"; at = mark ? $3 : place($2, NF > 3 ? $3 : 0); key = member = "" }
  else if ($1 == "ip_family") key = "-f " at ($2 == "inet6" ? " -6" : "")
  else if ($1 == "protocol") key = ($2 == "TCP" ? "-t " : $2 == "UDP" ? "-u " : "--sctp-service ") at
  else if ($1 == "real_server") member = place($2, NF > 3 ? $3 : 0)
}
