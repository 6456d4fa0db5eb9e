# The common beginning of the programs that compare addresses with /proc/net/ip_vs: hex() writes an address as that has
# it, IPv4 as eight hexadecimal digits and IPv6 in full. (Capitals differ.)
function hex(address,  n, half, left, right, a, b, i, group, text) {
  if (address !~ /:/) {
    split(address, a, ".")
    return sprintf("%02X%02X%02X%02X", a[1], a[2], a[3], a[4])
  }
  n = split(address, half, "::"); left = split(half[1], a, ":"); right = n > 1 ? split(half[2], b, ":") : 0
  for (i = 1; i <= 8; i++) {
    group = i <= left ? a[i] : i > 8 - right ? b[i - 8 + right] : "0"
    text = text (i > 1 ? ":" : "") substr("0000" group, length(group) + 1)
  }
  return text
}
