# Reads "FILE<tab>KEY". Prints the files of services that are not in a table: their record and, below LIB, the memory
# that survives a reboot.
{ depth = split($1, folders, "/") }
folders[depth - 1] == "service" { print $1; print ENVIRON["LIB"] "/objects/service/" folders[depth] }
