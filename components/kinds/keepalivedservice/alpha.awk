# Reads keepalived's configuration. Prints it, with "alpha" in each check of the members " new ".
$1 == "real_server" { member = ($2 ~ /:/ ? "[" $2 "]" : $2) ":" (NF > 3 ? $3 : 0) }
{ print }
/^    [A-Z_]+ \{$/ && index(new, " " member " ") { print "      alpha" }
