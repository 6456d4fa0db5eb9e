#!/bin/sh
# A persistent IPVS service on TCP port 21 also takes connections to every high port of its address.
#
# One would expect that `ipvsadm -A -t ADDRESS:21 -p` concerns port 21, and that what FTP needs besides is the matter
# of the module ip_vs_ftp. But where no service fits a connection, IPVS looks for one on port 21 of the address, if
# the connection goes to port 20 or to an unprivileged port (net.ipv4.ip_unprivileged_port_start, 1024), and takes it
# if that one is persistent. The module is not needed for that. Whatever else listens on the director at that address
# (a metrics exporter, an API) is out of reach, and every high port of the members is reachable through it, past a
# firewall that was thought to be the service's list of ports. `ipvsadm -Ln` shows port 21 alone.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13; both machines listen on ports 80 and 9100:
#   no persistence: port 9100 is answered by the director, port 80 by the director
#   persistent, ip_vs_ftp not loaded: port 9100 is answered by the member, port 80 by the director
#
# What helps: an address of its own for FTP, or a firewall rule for the ports that are meant.
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
modprobe ip_vs_rr
. /topology

cat >/server.py <<'PYTHON'
import selectors, socket, sys
listeners = selectors.DefaultSelector()
for port in (80, 9100):
    listener = socket.create_server(("", port))
    listeners.register(listener, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for ready, _ in listeners.select():
        connection, _ = ready.fileobj.accept()
        connection.sendall(sys.argv[1].encode())
        connection.close()
PYTHON
cat >/client.py <<'PYTHON'
import socket, sys
print(socket.create_connection(("192.0.2.100", int(sys.argv[1])), 10).recv(100).decode())
PYTHON
python3 /server.py director >/ready-director &
ip netns exec member python3 /server.py member >/ready-member &
until [ -s /ready-director ] && [ -s /ready-member ]; do sleep 0.1; done

ask() {
  high=$(ip netns exec client python3 /client.py 9100)
  low=$(ip netns exec client python3 /client.py 80)
  echo "$1: port 9100 is answered by the $high, port 80 by the $low"
}
ipvsadm -A -t 192.0.2.100:21 -s rr
ipvsadm -a -t 192.0.2.100:21 -r 198.51.100.2 -m
ask "no persistence"
[ "$high $low" = "director director" ]
ipvsadm -E -t 192.0.2.100:21 -s rr -p 300
! grep -q ip_vs_ftp /proc/modules
ask "persistent, ip_vs_ftp not loaded"
[ "$high $low" = "member director" ]
MACHINE
