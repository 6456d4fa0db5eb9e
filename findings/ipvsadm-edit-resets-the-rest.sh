#!/bin/sh
# `ipvsadm -e … -w 4`, which is to change a weight, makes a masqueraded member one of direct routing, without thresholds.
#
# "Edit a real server" sounds like changing what is named, as `ip` and `nft` do. It replaces the whole entry: what is not
# named gets the default of a new one. The default method is direct routing, so a script that drains a member by
# `ipvsadm -e -t … -r … -w 0` also has its packets leave unchanged, to a server that knows nothing of the virtual
# address. Connections that exist keep their method, so what the script was tried with goes on. `ipvsadm -E` does the
# same to a service: its scheduler becomes wlc, its persistence goes. Neither says anything, and both end with 0.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13:
#   made: wrr persistent 600; Masq, weight 3, thresholds 100 50
#   after -e -w 4: wrr persistent 600; Route, weight 4, thresholds 0 0
#   after -E -s rr: rr; Route, weight 4, thresholds 0 0
#   after -E -p 300: wlc persistent 300; Route, weight 4, thresholds 0 0
#
# What helps: name everything each time, as `ipvsadm -Ln` and `ipvsadm -Ln --thresholds` show it before.
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
. /topology
now() {
  service=$(ipvsadm -Ln | awk '$1 == "TCP" { $1 = $2 = ""; sub(/^ +/, ""); sub(/ +$/, ""); print }')
  member=$(ipvsadm -Ln | awk '$2 ~ /^198/ { print $3 ", weight " $4 }')
  limits=$(ipvsadm -Ln --thresholds | awk '$2 ~ /^198/ { print $3, $4 }')
  echo "$1: $service; $member, thresholds $limits" | tee -a /seen
}
ipvsadm -A -t 192.0.2.100:80 -s wrr -p 600
ipvsadm -a -t 192.0.2.100:80 -r 198.51.100.2:80 -m -w 3 -x 100 -y 50
now made
ipvsadm -e -t 192.0.2.100:80 -r 198.51.100.2:80 -w 4
now "after -e -w 4"
ipvsadm -E -t 192.0.2.100:80 -s rr
now "after -E -s rr"
ipvsadm -E -t 192.0.2.100:80 -p 300
now "after -E -p 300"
diff - /seen <<'SEEN'
made: wrr persistent 600; Masq, weight 3, thresholds 100 50
after -e -w 4: wrr persistent 600; Route, weight 4, thresholds 0 0
after -E -s rr: rr; Route, weight 4, thresholds 0 0
after -E -p 300: wlc persistent 300; Route, weight 4, thresholds 0 0
SEEN
MACHINE
