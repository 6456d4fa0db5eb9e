# Reads ipvsadm -Ln --thresholds, then ipvsadm -Sn. Prints the lines of the service "key", its members with their thresholds.
$1 == "->" && NF == 6 { limit[$2] = ($3 > 0 ? " -x " $3 : "") ($4 > 0 ? " -y " $4 : "") }
index($0, "-A " key " -s ") == 1
index($0, "-a " key " -r ") == 1 { split(substr($0, length(key) + 8), member, " "); print $0 limit[member[1]] }
