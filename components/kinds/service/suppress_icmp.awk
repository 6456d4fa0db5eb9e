# Reads keys of services; prints the rules that drop ICMP port unreachable for them.
BEGIN {
  ipv4 = "icmp type destination-unreachable icmp code port-unreachable drop"
  ipv6 = "icmpv6 type destination-unreachable icmpv6 code port-unreachable drop"
}
NF == 0 { next }
{ vip = $2; rule = "" }
$1 == "-f" { rule = ipv4 "; " ipv6 } # packets with the firewall mark, whatever their address
rule == "" && vip ~ /^\[/ { sub(/^\[/, "", vip); sub(/\].*/, "", vip); rule = "ip6 saddr " vip " " ipv6 }
rule == "" { sub(/:[0-9]+$/, "", vip); rule = "ip saddr " vip " " ipv4 }
!(rule in said) { said[rule] = 1; print "    " rule }
