# Reads the lines of the service "key". Prints those that give the members " leaving " weight 0.
/^-a/ { split(substr($0, length(key) + 8), member, " ") }
/^-a/ && index(leaving, " " member[1] " ") { sub(/^-a/, "-e"); sub(/ -w [0-9]+/, " -w 0"); print }
