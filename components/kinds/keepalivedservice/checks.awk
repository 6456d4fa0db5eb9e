# Follows firstresult.awk. Reads a virtual_server block; prints "MEMBER SECONDS CHECK" of each that gets connections.
$1 == "real_server" { member = ($2 ~ /:/ ? "[" $2 "]" : $2) ":" (NF > 3 ? $3 : 0) }
read_check() && weight > 0 { print member, seconds, check }
