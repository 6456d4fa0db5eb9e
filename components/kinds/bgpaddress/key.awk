# Prints an address as /proc/net/ip_vs has it: IPv4 as eight hexadecimal digits, IPv6 in full.
/:/ {
  n = split($0, half, "::"); left = split(half[1], a, ":"); right = n > 1 ? split(half[2], b, ":") : 0
  for (i = 1; i <= 8; i++) {
    group = i <= left ? a[i] : i > 8 - right ? b[i - 8 + right] : "0"
    text = text (i > 1 ? ":" : "") substr("0000" group, length(group) + 1)
  }
  print text; next
}
{ split($0, part, "."); printf "%02X%02X%02X%02X\n", part[1], part[2], part[3], part[4] }
