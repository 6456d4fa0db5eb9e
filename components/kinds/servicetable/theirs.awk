# Reads records; prints "OWNER<tab>FILE<tab>LINE" of each service and member in them.
FNR == 1 { owner = $2 }
/^-[Aa] / { print owner "\t" FILENAME "\t" $0 }
