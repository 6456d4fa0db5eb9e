#!/bin/sh
# Three ways to write the same two equal-cost next hops treat a dead neighbour in three ways.
#
# "ip route … nexthop … nexthop …", "ip nexthop … group 1/2" and the same "type resilient" look like spellings of one
# thing. But when a neighbour does not answer ARP and its link is up (a machine that has hung, an address that was
# removed), only the usual group passes it over, always and at once. The route with two next hops does so when
# net.ipv4.fib_multipath_use_neigh is 1, which is not the default. The resilient group, which is made so that flows stay
# when a next hop goes, sends to the dead one for as long as the group has it, whatever that setting says.
# So who moves a router to resilient groups has to bring BFD, or another watch, which takes the next hop out.
#
# Seen with Linux 6.12.117-1 and iproute2 6.15.0 of Debian 13, 60 flows of which about half belong to the dead neighbour:
#   route with two next hops: 36 of 60 arrive; with fib_multipath_use_neigh=1: 60
#   usual group: 60 of 60 arrive; with fib_multipath_use_neigh=1: 60
#   resilient group: 38 of 60 arrive; with fib_multipath_use_neigh=1: 38
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
set -e
for place in alive dead; do
  ip netns add $place
  ip link add $place type veth peer name eth0 netns $place
  ip link set $place up
  ip -n $place link set eth0 up
  ip -n $place link set lo up
  ip -n $place route add local 203.0.113.0/24 dev lo
done
ip address add 198.51.100.1/30 dev alive
ip address add 198.51.100.5/30 dev dead
ip -n alive address add 198.51.100.2/30 dev eth0
ip -n alive route add default via 198.51.100.1
ip nexthop add id 1 via 198.51.100.2 dev alive
ip nexthop add id 2 via 198.51.100.6 dev dead

cat >/flows.py <<'PYTHON'
import socket
flow = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for host in range(1, 61):
    flow.sendto(b"1", ("203.0.113.%d" % host, 9))
PYTHON

# arrived: how many datagrams have come to the neighbour that is alive.
arrived() { ip netns exec alive awk '$1 == "Udp:" && $2 ~ /[0-9]/ { print $3 }' /proc/net/snmp; }

# ask NEIGH: sends 60 flows, once the kernel has seen that the neighbour does not answer.
ask() {
  echo "$1" >/proc/sys/net/ipv4/fib_multipath_use_neigh
  python3 /flows.py
  sleep 5
  before=$(arrived)
  python3 /flows.py
  sleep 1
  got=$(($(arrived) - before))
}

# try WHAT: both settings.
try() {
  ask 0
  off=$got
  ask 1
  on=$got
  echo "$1: $off of 60 arrive; with fib_multipath_use_neigh=1: $on"
}

ip route add 203.0.113.0/24 nexthop via 198.51.100.2 dev alive nexthop via 198.51.100.6 dev dead
try "route with two next hops"
[ "$off" -lt 45 ]
[ "$on" = 60 ]
ip route delete 203.0.113.0/24

ip nexthop add id 10 group 1/2
ip route add 203.0.113.0/24 nhid 10
try "usual group"
[ "$off" = 60 ]
[ "$on" = 60 ]
ip route delete 203.0.113.0/24

ip nexthop add id 20 group 1/2 type resilient buckets 64
ip route add 203.0.113.0/24 nhid 20
try "resilient group"
[ "$off" -lt 45 ]
[ "$on" -lt 45 ]
MACHINE
