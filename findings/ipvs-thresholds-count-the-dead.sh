#!/bin/sh
# IPVS's upper threshold counts connections that are long closed, even those of a service that was deleted.
#
# One would expect `ipvsadm -a … -x 2` to allow two clients at a time, and a service that is made anew after
# `ipvsadm -C` to begin at nothing. But the threshold is compared with all entries that a member has in the
# connection table, and a closed TCP connection stays there for two minutes more. A member that answered two short
# requests is full until then. A member that is removed while it has entries is kept in a hidden list, and who adds
# the same address and port again gets that one back, with its count: the service is new, and full.
# New clients are refused as if no member were there, and `ipvsadm -Ln` shows no active connection at all.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13 (net.ipv4.vs.expire_nodest_conn is 0, the default):
#   upper threshold 2: client 1 answered, client 2 answered, client 3 refused
#   active connections: 0, inactive: 2
#   the service deleted and made anew: client 4 refused
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
modprobe ip_vs_rr
. /topology

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
    print("refused" if isinstance(error, ConnectionRefusedError) else error)
PYTHON
ip netns exec member python3 /member.py >/ready &
until [ -s /ready ]; do sleep 0.1; done
client() { ip netns exec client python3 /client.py; sleep 0.5; }
service() {
  ipvsadm -A -t 192.0.2.100:80 -s rr
  ipvsadm -a -t 192.0.2.100:80 -r 198.51.100.2:80 -m -x 2
}

service
one=$(client) two=$(client) three=$(client)
echo "upper threshold 2: client 1 $one, client 2 $two, client 3 $three"
[ "$one $two $three" = "answered answered refused" ]
counts=$(ipvsadm -Ln | awk '/-> 198/ { print "active connections: " $5 ", inactive: " $6 }')
echo "$counts"
[ "$counts" = "active connections: 0, inactive: 2" ]
ipvsadm -C
service
four=$(client)
echo "the service deleted and made anew: client 4 $four"
[ "$four" = refused ]
MACHINE
