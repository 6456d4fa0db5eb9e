# Follows lines.awk. Reads "leaving NAME", then ipvsadm -Ln. Prints the number of active connections of these members,
# and of all their connections.
$1 == "leaving" { leaving[substr($0, 9)] = 1; next }
$1 == "->" { if (key " -r " $2 in leaving) { active += $5; all += $5 + $6 }; next }
{ key = heading() }
END { print active + 0, all + 0 }
