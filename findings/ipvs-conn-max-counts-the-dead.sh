#!/bin/sh
# Linux 7: net.ipv4.vs.conn_max counts closed connections, and above it new clients get no answer at all.
#
# One would expect a limit of connections to count those that are open, and a client above it to be refused, as with a
# member's upper threshold. conn_max, which came with Linux 7, is compared with all entries of the connection table.
# A TCP connection stays there for two minutes after it was closed, so that the number that is reached in everyday use
# is that of all connections of the last two minutes: a limit of 1,000 with requests that take 10 ms is a limit of some
# 8 requests a second. What comes above it is dropped without an answer: the client sends its SYN again and again,
# and reports a timeout, not a refusal. `ipvsadm -Ln` shows no active connection meanwhile.
#
# Seen with Linux 7.3.4-1~bpo13+1 (Debian 13's backports) and ipvsadm 1.31-5; no connection is open:
#   conn_max 2: client 1 answered, client 2 answered, client 3 timed out
#   active connections: 0, inactive: 2
#   conn_max 3: client 4 answered
set -eu

"$(dirname "$0")/with-kernel" 7.3 <<'MACHINE'
modprobe ip_vs_rr
for place in client member; do
  ip netns add $place
  ip link add $place type veth peer name eth0 netns $place
  ip link set $place up
  ip -n $place link set eth0 up
done
ip address add 192.0.2.254/24 dev client
ip address add 192.0.2.100/32 dev lo
ip address add 198.51.100.254/24 dev member
ip -n client address add 192.0.2.1/24 dev eth0
ip -n member address add 198.51.100.2/24 dev eth0
ip -n member route add default via 198.51.100.254
echo 1 >/proc/sys/net/ipv4/ip_forward

cat >/member.py <<'PYTHON'
import socket
server = socket.create_server(("", 80))
print("ready", flush=True)
while True:
    connection, _ = server.accept()
    connection.sendall(b"hello")
    connection.recv(1)
    connection.close()
PYTHON
cat >/client.py <<'PYTHON'
import socket
try:
    connection = socket.create_connection(("192.0.2.100", 80), 10)
    connection.recv(100)
    connection.close()
    print("answered")
except OSError as error:
    print(error)
PYTHON
ip netns exec member python3 /member.py >/ready &
until [ -s /ready ]; do sleep 0.1; done
client() { ip netns exec client python3 /client.py; sleep 0.5; }

ipvsadm -A -t 192.0.2.100:80 -s rr
ipvsadm -a -t 192.0.2.100:80 -r 198.51.100.2:80 -m
echo 2 >/proc/sys/net/ipv4/vs/conn_max
one=$(client) two=$(client) three=$(client)
echo "conn_max 2: client 1 $one, client 2 $two, client 3 $three"
[ "$one $two $three" = "answered answered timed out" ]
counts=$(ipvsadm -Ln | awk '/-> 198/ { print "active connections: " $5 ", inactive: " $6 }')
echo "$counts"
[ "$counts" = "active connections: 0, inactive: 2" ]
echo 3 >/proc/sys/net/ipv4/vs/conn_max
four=$(client)
echo "conn_max 3: client 4 $four"
[ "$four" = answered ]
MACHINE
