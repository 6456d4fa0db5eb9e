# Follows blocks.awk. Reads "@keys" with keys of services, then "@config" with a configuration, and prints that without
# these services; with "only", it prints these services alone.
$0 == "@keys" || $0 == "@config" { part = $0; next }
part == "@keys" { listed[$0] = 1; next }
{ follow(); text = text $0 "\n" }
$0 == "}" { if ((key in listed) == (only != "")) printf "%s", text; text = "" }
