#!/bin/sh
# UDP through IPVS with one-packet scheduling and masquerade: the client gets answers from the member's own address.
#
# One would expect that `ipvsadm -A -u … --ops` with members by masquerade (-m) does for each datagram what IPVS does
# for each connection otherwise: answers leave with the service's address, from which the client wants them. But an
# answer is known by the connection that it belongs to, and with one-packet scheduling that is gone before the member
# has read the question. So answers pass through the director as ordinary forwarded packets, with the member's
# address and port. A client that connected its socket, as DNS resolvers do, never gets them, and a firewall in
# between drops them. Neither ipvsadm nor the kernel says anything, net.ipv4.vs.conntrack changes nothing, and the
# counters of the service show questions only.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13; the service is 192.0.2.100, the member 198.51.100.2:
#   with connections: the answer came from 192.0.2.100
#   one-packet, conntrack 0: the answer came from 198.51.100.2
#   one-packet, conntrack 1: the answer came from 198.51.100.2
#
# What helps: -g or -i, where the member holds the service's address itself, or no one-packet scheduling.
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
modprobe ip_vs_rr
. /topology

cat >/member.py <<'PYTHON'
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("198.51.100.2", 5300))
print("ready", flush=True)
while True:
    question, client = server.recvfrom(100)
    server.sendto(b"answer", client)
PYTHON
cat >/client.py <<'PYTHON'
import socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(10)
client.sendto(b"question", ("192.0.2.100", 53))
print(client.recvfrom(100)[1][0])
PYTHON
ip netns exec member python3 /member.py >/ready &
until [ -s /ready ]; do sleep 0.1; done

# ask TEXT: says from which address the answer comes, and leaves it in $from.
ask() {
  from=$(ip netns exec client python3 /client.py)
  echo "$1: the answer came from $from"
}
ipvsadm -A -u 192.0.2.100:53 -s rr
ipvsadm -a -u 192.0.2.100:53 -r 198.51.100.2:5300 -m
ask "with connections"
[ "$from" = 192.0.2.100 ]
ipvsadm -C
ipvsadm -A -u 192.0.2.100:53 -s rr --ops
ipvsadm -a -u 192.0.2.100:53 -r 198.51.100.2:5300 -m
for conntrack in 0 1; do
  echo $conntrack >/proc/sys/net/ipv4/vs/conntrack
  ask "one-packet, conntrack $conntrack"
  [ "$from" = 198.51.100.2 ]
done
MACHINE
