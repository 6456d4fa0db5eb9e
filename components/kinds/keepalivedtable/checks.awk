# Follows blocks.awk and keepalivedservice/firstresult.awk. Reads "@now" and the kernel's services, "@before" and keepalived's configuration until now,
# "@config" and the desired one. Prints "NAME<tab>SECONDS<tab>CHECK<tab>NEW" of each member that gets connections:
# "-t 10.10.10.100:80 -r 10.10.10.3:80", the time that its first result may take, the lines of its check with "|"
# between them, and "new" if neither the kernel's service nor its earlier configuration has such a check.
$0 == "@now" || $0 == "@before" || $0 == "@config" { part = $0; next }
part == "@now" { if (/^-A/) there[substr($0, 4, index($0, " -s ") - 4)] = 1; next }
{ follow() }
read_check() && weight > 0 {
  name = key " -r " member
  if (part == "@before") known[name, check] = 1
  if (part == "@config") print name "\t" seconds "\t" check "\t" ((key in there) && ((name, check) in known) ? "" : "new")
}
