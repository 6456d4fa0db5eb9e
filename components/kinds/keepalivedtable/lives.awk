# Follows servicetable/lines.awk. Reads "@was" and "@now" with the kernel's services before and after a change, "@new"
# with the names of members whose check is new, "@desired". Prints "dead KEY" of services none of whose desired members
# gets connections, and "lost KEY" of those that had some before and got other members or checks.
/^@/ { part = $0; next }
$0 !~ /^-/ { next }
part == "@new" { changed[key_of($0)] = 1; next }
/^-A/ { if (part == "@desired") order[++n] = named($0); next }
/ -w 0( |$)/ { next }
part == "@was" { had[key_of(named($0))] = 1; next }
part == "@now" { live[named($0)] = 1; next }
{ wants[key_of(named($0))] = 1; if (named($0) in live) lives[key_of(named($0))] = 1 }
END {
  for (i = 1; i <= n; i++) {
    key = order[i]
    if (!(key in wants) || key in lives) continue
    print "dead " key
    if (key in had && key in changed) print "lost " key
  }
}
