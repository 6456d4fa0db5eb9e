# Prints the first ten lines on one line, and how many more there are.
NR <= 10 { printf "%s%s", (NR > 1 ? "; " : ""), $0 }
END { if (NR > 10) printf "; and %d more", NR - 10 }
