# Follows lines.awk. Reads "drop KEY", then a table's record, and prints the record without these services.
/^drop / { drop[substr($0, 6)] = 1; next }
/^-[Aa] / && key_of(named($0)) in drop { next }
/^inhibit / && key_of(substr($0, 9)) in drop { next }
{ print }
