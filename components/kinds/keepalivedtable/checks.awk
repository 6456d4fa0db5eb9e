# Follows blocks.awk. Reads "@now" and the kernel's services, "@before" and keepalived's configuration until now,
# "@config" and the desired one. Prints "NAME<tab>SECONDS<tab>CHECK<tab>NEW" of each member that gets connections:
# "-t 10.10.10.100:80 -r 10.10.10.3:80", the time that its first result may take, the lines of its check with "|"
# between them, and "new" if neither the kernel's service nor its earlier configuration has such a check.
$0 == "@now" || $0 == "@before" || $0 == "@config" { part = $0; next }
part == "@now" { if (/^-A/) there[substr($0, 4, index($0, " -s ") - 4)] = 1; next }
{ follow() }
$1 == "real_server" { check = ""; slow = retry = 0 }
$1 == "weight" { weight = $2 }
# Each step of a conversation may take the whole time (keepalivedservice/checks.awk).
/^    [A-Z_]+ \{$/ { turns = /_GET/ ? 2 : /SMTP/ ? 4 : 1; check = " " }
check != "" {
  line = $0; sub(/^ +/, "", line); check = check line "|"
  if ($1 ~ /^(connect|misc)_timeout$/) slow = $2
  if ($1 == "retry") retry = $2
}
/^    }$/ && check != "" {
  name = key " -r " member
  seconds = 2 + turns * slow + retry * (1 + turns * slow)
  if (weight > 0 && part == "@before") known[name, check] = 1
  if (weight > 0 && part == "@config")
    print name "\t" (seconds > 120 ? 120 : seconds) "\t" substr(check, 2) "\t" ((key in there) && ((name, check) in known) ? "" : "new")
  check = ""
}
