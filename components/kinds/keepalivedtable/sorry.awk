# Follows blocks.awk. Reads keepalived's configurations; prints the names of their sorry servers, which stand in for all
# members of their service: "-t 10.10.10.100:80 -r 10.10.10.9:80".
{ follow() }
$1 == "sorry_server" { print key " -r " place($2, $3) }
