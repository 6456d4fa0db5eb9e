#!/bin/sh
# A real server of IPv6 by direct routing answers nobody while its interface has no link-local address.
#
# One would expect global addresses and a route to be enough: the server pings its gateway, and everything else it
# does works. But an answer's source is the virtual address, which is on lo. Before it leaves, the kernel asks the link
# for the gateway, and takes the packet's own source for the question only where the outgoing interface has that
# address. Otherwise it takes the interface's link-local address; without one it does not ask at all, the gateway's
# entry becomes FAILED, and the answer is dropped without a counter or a line in the log. IPVS counts the connection,
# and it stays in SYN_RECV. If the gateway happens to be known from another connection, it works for a while. With
# IPv4 nothing like it is needed: ARP asks in the name of any address.
#
# Such interfaces are common on machines set up by the kernel's command line: for ip=…:none, systemd-network-generator
# writes LinkLocalAddressing=no in systemd 257 (Debian 13), and wrote nothing in 252 (Debian 12).
#
# Seen with Linux 6.12.117-1, ipvsadm 1.31-5 and iproute2 6.15.0-1 of Debian 13:
#   without a link-local address: the server reaches its gateway: yes; a client is answered: no; questions: 0
#   with one: the server reaches its gateway: yes; a client is answered: yes; questions: 1
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
cat >/serve.py <<'SERVE'
import socket
listener = socket.create_server(("::", 80), family=socket.AF_INET6)
while True:
    client = listener.accept()[0]
    client.sendall(b"x")
    client.close()
SERVE
cat >/reach.py <<'REACH'
import socket, sys
try:
    server = socket.create_connection((sys.argv[1], 80), 3)
    print("yes" if server.recv(1) == b"x" else "no")
except OSError:
    print("no")
REACH

# The director: between a client and a link that it shares with a server.
for place in client server; do
  ip netns add $place
  ip link add $place type veth peer name eth0 netns $place
  ip link set $place addrgenmode none
  ip -n $place link set eth0 addrgenmode none
  ip link set $place up
  ip -n $place link set eth0 up
  ip -n $place link set lo up
done
ip link set lo up
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
ip addr add 2001:db8:10::1/64 dev server nodad
ip addr add 2001:db8:20::1/64 dev client nodad
ip addr add 2001:db8:10::100/128 dev lo
ip -n client addr add 2001:db8:20::2/64 dev eth0 nodad
ip -n client route add default via 2001:db8:20::1
ip -n server addr add 2001:db8:10::2/64 dev eth0 nodad
ip -n server addr add 2001:db8:10::100/128 dev lo
ip -n server route add default via 2001:db8:10::1
ip netns exec server python3 /serve.py &
python3 /serve.py &
ipvsadm -A -t '[2001:db8:10::100]:80' -s rr
ipvsadm -a -t '[2001:db8:10::100]:80' -r '[2001:db8:10::2]:80' -g
sleep 3

questions() { ip netns exec server sed -n 's/^Icmp6OutNeighborSolicits\s*//p' /proc/net/snmp6; }
seen() {
  gateway=$(ip netns exec server python3 /reach.py 2001:db8:10::1)
  ip -n server neigh flush all
  before=$(questions)
  client=$(ip netns exec client python3 /reach.py 2001:db8:10::100)
  echo "$1: the server reaches its gateway: $gateway; a client is answered: $client; questions: $(($(questions) - before))"
  ip -n server neigh flush all
}
{
  seen 'without a link-local address'
  ip -n server addr add fe80::2/64 dev eth0 nodad
  seen 'with one'
} 2>&1 | tee /seen
diff - /seen <<'SEEN'
without a link-local address: the server reaches its gateway: yes; a client is answered: no; questions: 0
with one: the server reaches its gateway: yes; a client is answered: yes; questions: 1
SEEN
MACHINE
