# Reads the lines of a service as the kernel has them and, after "@shall", as they are desired. Prints the members that
# get connections in both.
{ for (i = 1; i < NF; i++) if ($i == "-r") member = $(i + 1) }
$0 == "@shall" { shall = 1 }
/^-a/ && !/ -w 0( |$)/ { if (!shall) live[member] = 1; else if (member in live) print member }
