# Prints the sockets that `ss -Hltunp` lists, each with its program and process: "tcp 0.0.0.0:179 bgpd 385".
{
  program = "-"; pid = "-"
  if (match($0, /\(\("[^"]*",pid=[0-9]+/)) {
    said = substr($0, RSTART + 3, RLENGTH - 3)
    program = said; sub(/".*/, "", program); gsub(/[^A-Za-z0-9_.-]/, "-", program)
    pid = said; sub(/.*=/, "", pid)
  }
  print $1, $5, program, pid
}
