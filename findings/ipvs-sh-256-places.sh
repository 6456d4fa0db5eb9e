#!/bin/sh
# The source hash scheduler of IPVS (sh) gives all clients to one of two members if both have the weight 256.
#
# ipvsadm(8) says that weights are relative, from 0 to 65535, so 256:256 should be what 1:1 is. But sh keeps a table of
# 256 places (CONFIG_IP_VS_SH_TAB_BITS is 8 everywhere) and fills it member by member, each with as many places as its
# weight, over and over until it is full. Weights are not divided by what they have in common. So large weights leave
# few places, or none, to the members that come last; the list begins with the member that was added last. At
# 100:100:100 the first one that was added has 56 places, at 200:100 it has 156 and not 171, and at 256:256 none.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13, 1000 clients, connections by member:
#   weights 1 1: 501 499
#   weights 100 100 100: 218 392 390
#   weights 200 100: 610 390
#   weights 256 256: 0 1000
#   weights 1000 1: 996 4
#
# What helps: small weights in the same proportion; their sum well below 256.
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
. /topology
for end in 3 4; do ip -n member address add 198.51.100.$end/24 dev eth0; done
# A thousand clients, all in one place.
for net in 10 11 12 13; do
  ip -n client route add local 203.0.$net.0/24 dev lo
  ip route add 203.0.$net.0/24 via 192.0.2.1
done
cat >/serve.py <<'SERVE'
import socket
listener = socket.create_server(("", 80), backlog=512)
while True:
    listener.accept()[0].close()
SERVE
cat >/ask.py <<'ASK'
import socket
for net in range(10, 14):
    for end in range(1, 251):
        client = socket.socket()
        client.bind((f"203.0.{net}.{end}", 0))
        client.settimeout(10)
        client.connect(("192.0.2.100", 80))
        client.close()
ASK
ip netns exec member python3 /serve.py &
sleep 3

# shares EXPECTED WEIGHT…: how many connections each member had; fails if these are others.
shares() {
  expected=$1
  shift
  ipvsadm -C
  ipvsadm -A -t 192.0.2.100:80 -s sh
  end=2
  for weight in "$@"; do
    ipvsadm -a -t 192.0.2.100:80 -r 198.51.100.$end:80 -m -w "$weight"
    end=$((end + 1))
  done
  ip netns exec client python3 /ask.py
  # The kernel adds its counters up every two seconds.
  sleep 5
  seen=$(ipvsadm -Ln --stats | awk '$1 == "->" && $2 ~ /^198/ { printf "%s%s", sep, $3; sep = " " }')
  echo "weights $*: $seen"
  [ "$seen" = "$expected" ]
}
shares "501 499" 1 1
shares "218 392 390" 100 100 100
shares "610 390" 200 100
shares "0 1000" 256 256
shares "996 4" 1000 1
MACHINE
