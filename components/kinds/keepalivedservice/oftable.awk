# Reads the record of a table that keepalived checks. Prints its lines of the service KEY as a keepalivedservice has them.
BEGIN { key = ENVIRON["KEY"]; inhibit = "inhibit " key " -r " }
index($0, "-A " key " -s ") == 1 || index($0, "-a " key " -r ") == 1
index($0, inhibit) == 1 { print "inhibit " substr($0, length(inhibit) + 1) }
