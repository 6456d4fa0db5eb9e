# Follows blocks.awk. Reads "@before" with the lines that keepalived wanted last, "@now" with its configuration. Prints
# the lines of ipvsadm that lead there, and writes what it wants now into the file NEXT.
$0 == "@before" || $0 == "@now" { part = $0; next }
part == "@before" { before[++count] = $0; had[nameOf($0)] = $0; next }
{ follow() }
$1 == "lvs_sched" { want("-A " key " -s " $2) }
$1 == "real_server" { weight = 1; method = "-m" }
$1 == "weight" { weight = $2 }
$1 == "lvs_method" && $2 == "DR" { method = "-g" }
$0 == "  }" { want("-a " key " -r " member " " method " -w " weight) }
function nameOf(line) { sub(/ -s .*/, "", line); sub(/ -[mg] .*/, "", line); return substr(line, 4) }
function serviceOf(name) { sub(/ -r .*/, "", name); return name }
function want(line) { wanted[++wants] = line; has[nameOf(line)] = line }
END {
  printf "" >ENVIRON["NEXT"]
  for (i = 1; i <= wants; i++) print wanted[i] >ENVIRON["NEXT"]
  for (i = 1; i <= count; i++) {
    name = nameOf(before[i])
    if (name in has) continue
    if (before[i] ~ /^-A/) print "-D " name
    else if (serviceOf(name) in has) print "-d " name
  }
  for (i = 1; i <= wants; i++) {
    line = wanted[i]
    name = nameOf(line)
    if (name in had && had[name] == line) continue
    if (name in had) { sub(/^-A/, "-E", line); sub(/^-a/, "-e", line) }
    print line
  }
}
