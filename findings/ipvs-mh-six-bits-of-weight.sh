#!/bin/sh
# IPVS's Maglev scheduler (mh) keeps six bits of a weight: 65535 to 1 sends the second member 1.6 % of all flows.
#
# One would expect shares in the ratio of the weights, as wrr, wlc and the others have them: a member of weight 1
# beside one of weight 65535 should get one flow in 65,536. mh fills its table of places in turns, and so that this
# ends soon it shifts all weights to the right until the largest fits into six bits, but never below 1. Beside a
# member of weight 64 or more, small weights are all the same, and none is less than one place in 64 or so. Nothing
# says so: ipvsadm lists the weights that were set.
# Who takes 1 % of the traffic to a new version with mh takes 1.6 to 3 %.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13, of 6,000 flows from as many ports (mh-port):
#   weights 65535 and 1: the second member got 84 (by its weight: 0)
#   weights 1000 and 10: the second member got 100 (by its weight: 59)
#   weights 10 and 1: the second member got 571 (by its weight: 545)
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
modprobe ip_vs_mh
ip link add lab type dummy
ip link set lab up
ip address add 192.0.2.1/24 dev lab
ip address add 192.0.2.100/32 dev lab

cat >/flows.py <<'PYTHON'
import socket, sys
for port in range(20000, 26000):
    flow = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    flow.bind(("192.0.2.1", port))
    flow.sendto(b"1", ("192.0.2.100", int(sys.argv[1])))
    flow.close()
PYTHON

# second PORT WEIGHT WEIGHT: how many of the flows the second member got.
second() {
  ipvsadm -A -u 192.0.2.100:$1 -s mh -b mh-port
  ipvsadm -a -u 192.0.2.100:$1 -r 192.0.2.11:$1 -m -w $2
  ipvsadm -a -u 192.0.2.100:$1 -r 192.0.2.12:$1 -m -w $3
  python3 /flows.py $1
  got=$(ipvsadm -Ln | awk -v member=192.0.2.12:$1 '$2 == member { print $6 }')
  fair=$((6000 * $3 / ($2 + $3)))
  echo "weights $2 and $3: the second member got $got (by its weight: $fair)"
}
second 1001 65535 1
[ "$got" -gt 60 ]
second 1002 1000 10
[ "$got" -gt 75 ]
second 1003 10 1
[ "$got" -gt 450 ] && [ "$got" -lt 640 ]
MACHINE
