# Reads a table's configuration in short (keepalived/tableConfiguration.ts); prints keepalived's.
function put(name, indent,  i) { for (i = 1; i <= count[name]; i++) print indent text[name, i] }
$1 == "define" && NF == 2 { name = $2; next }
$1 == "virtual_server" || $1 == "real_server" {
  name = $NF
  head = $0
  sub(/ as [^ ]*$/, "", head)
  if ($1 == "virtual_server") {
    if (open) print "}"
    open = 1
    print head " {"
    put(name, "  ")
  } else {
    print "  " head " {"
    put(name, "    ")
    print "  }"
  }
  next
}
{ text[name, ++count[name]] = $0 }
END { if (open) print "}" }
