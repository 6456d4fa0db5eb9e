# Follows servicetable/lines.awk. Reads "@new" with the names of members whose check is new, "@was" and "@now" with the
# kernel's services before and now. Prints "open" while a result is missing: of a new member until it gets connections,
# of another one until its time is up.
/^@/ { part = $0; next }
part == "@new" { fresh[$0] = 1; next }
!/^-a/ || / -w 0( |$)/ { next }
part == "@was" { was[named($0)] = 1; next }
{ is[named($0)] = 1 }
END { for (name in fresh) if ((name in was) == (name in is)) { print "open"; exit } }
