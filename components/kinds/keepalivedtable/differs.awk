# Follows servicetable/lines.awk. Reads "@limits" and "@now" with the kernel's services, "@gone" with the names that
# should have left, "@desired". Prints "gone KEY" of services, "edit LINE" for different options, "stays NAME", and
# "absent NAME" for members, which may have failed their check.
/^@/ { part = $0; next }
$0 == "" { next }
part == "@limits" { limits(); next }
part == "@now" { now[named($0)] = limited ? whole($0) : $0; next }
part == "@gone" { gone[$0] = 1; next }
/^inhibit / { inhibited[substr($0, 9)] = 1; next }
{ order[++n] = $0; shall[named($0)] = 1 }
END {
  for (i = 1; i <= n; i++) {
    line = order[i]; name = named(line)
    if (line ~ /^-A/ && !(name in now)) { print "gone " name; lost[name] = 1; continue }
    if (key_of(name) in lost) continue
    if (!(name in now)) { print "absent " name; continue }
    if (now[name] == line) continue
    failed = line
    sub(/ -w [0-9]+/, " -w 0", failed)
    if (name in inhibited && now[name] == failed) continue
    sub(/^-A/, "-E", line); sub(/^-a/, "-e", line)
    print "edit " line
  }
  for (name in gone) if (name in now && !(name in shall)) print "stays " name
}
