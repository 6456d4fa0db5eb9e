# Reads "FILE<tab>KEY". Prints the files of services that are not in a table: their record and, below LIB, the memory
# that survives a reboot.
{ depth = split($1, folders, "/") }
{ kind = folders[depth - 1] }
kind == "service" || kind == "keepalivedservice" { print $1; print ENVIRON["LIB"] "/objects/" kind "/" folders[depth] }
