# Reads the names of records, and prints the digests of the files that belong to them: lines "also DIGEST  FILE" up to the
# first empty one.
{
  file = $0
  while ((getline line <file) > 0 && line != "") if (sub(/^also /, "", line)) print line
  close(file)
}
