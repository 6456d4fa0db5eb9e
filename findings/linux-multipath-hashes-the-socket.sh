#!/bin/sh
# A router that shall hash addresses and ports hashes a random number of the sender's socket instead, where both are
# namespaces of one machine.
#
# With net.ipv4.fib_multipath_hash_policy=1 one would expect that packets with the same addresses, ports and protocol
# take the same one of several equal-cost routes. The kernel takes the packet's own hash where it has one, and a packet
# that came through a veth still carries the one that its sender's socket got when it connected, which is random. So in
# a lab of containers, the same client port takes another route with each new socket: whoever tests there that a client
# stays at its server, or that two routers choose alike, sees a fault that a real network does not have; it also hides
# real ones. A socket that has not connected (sendto) has no such number, and its packets behave.
# With policy 3, whose fields are read from the packet itself, all is as expected.
#
# Seen with Linux 6.12.117-1 and iproute2 6.15.0 of Debian 13: 100 sockets, one after the other, all from the same
# address and port to the same address and port, over two routes:
#   policy 1, connected: 56 and 44
#   policy 1, not connected: 100 and 0
#   policy 3 with fields 0x37, connected: 0 and 100
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
set -e
ip netns add client
ip link add client type veth peer name eth0 netns client
ip address add 192.0.2.254/24 dev client
ip link set client up
ip -n client address add 192.0.2.1/24 dev eth0
ip -n client link set eth0 up
ip -n client route add default via 192.0.2.254
number=1
for place in one two; do
  ip netns add $place
  ip link add $place type veth peer name eth0 netns $place
  ip address add 198.51.100.$number/30 dev $place
  ip link set $place up
  ip -n $place address add 198.51.100.$((number + 1))/30 dev eth0
  ip -n $place link set eth0 up
  ip -n $place link set lo up
  ip -n $place route add local 203.0.113.1 dev lo
  number=$((number + 4))
done
echo 1 >/proc/sys/net/ipv4/ip_forward
ip route add 203.0.113.1 nexthop via 198.51.100.2 dev one nexthop via 198.51.100.6 dev two

cat >/sockets.py <<'PYTHON'
import socket, sys
for _ in range(100):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("192.0.2.1", 5000))
    if sys.argv[1] == "connected":
        one.connect(("203.0.113.1", 9))
        one.send(b"1")
    else:
        one.sendto(b"1", ("203.0.113.1", 9))
    one.close()
PYTHON

# came PLACE: how many datagrams have come there.
came() { ip netns exec $1 awk '$1 == "Udp:" && $2 ~ /[0-9]/ { print $3 }' /proc/net/snmp; }

# try HOW WHAT
try() {
  one=$(came one) two=$(came two)
  ip netns exec client python3 /sockets.py "$1"
  sleep 1
  one=$(($(came one) - one)) two=$(($(came two) - two))
  echo "$2: $one and $two"
  [ $((one + two)) = 100 ]
}
echo 1 >/proc/sys/net/ipv4/fib_multipath_hash_policy
try connected "policy 1, connected"
[ "$one" -gt 10 ] && [ "$two" -gt 10 ]
try unconnected "policy 1, not connected"
[ "$one" = 0 ] || [ "$two" = 0 ]
echo 3 >/proc/sys/net/ipv4/fib_multipath_hash_policy
echo 0x37 >/proc/sys/net/ipv4/fib_multipath_hash_fields
try connected "policy 3 with fields 0x37, connected"
[ "$one" = 0 ] || [ "$two" = 0 ]
MACHINE
