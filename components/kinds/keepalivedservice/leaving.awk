# Reads the lines of a service; prints the real_server blocks of the members in "leaving".
index($0, "-a " key " -r ") != 1 { next }
{ n = split(substr($0, length(key) + 8), word, " ") }
!index(leaving, " " word[1] " ") { next }
{
  address = port = word[1]
  sub(/:[0-9]+$/, "", address); gsub(/[][]/, "", address); sub(/.*:/, "", port)
  method = word[2] == "-m" ? "NAT" : word[2] == "-g" ? "DR" : "TUN"
  weight = 0
  for (i = 3; i <= n; i++) {
    if (word[i] == "-w") weight = word[++i]
    else if (word[i] == "--tun-type") method = method " type " word[++i]
    else if (word[i] == "--tun-port") method = method " port " word[++i]
    else if (sub(/^--tun-/, "", word[i])) method = method " " word[i]
  }
  print "  real_server " address (port > 0 ? " " port : "") " {\n    weight " weight "\n    lvs_method " method "\n  }"
}
