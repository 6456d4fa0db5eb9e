#!/bin/sh
# net.ipv4.vs.run_estimation=0 stops the counters of IPVS, not only its estimations; `ipvsadm -Z` then zeroes too little.
#
# The kernel's documentation says that it is about estimation: rates for each second, which cost processor time where
# there are many services. But connections, packets and bytes are counted for each processor, and only the estimator
# adds them up to what `ipvsadm -Ln --stats` and netlink show. Without it they stand still while traffic flows, and
# whoever graphs them sees a load balancer without load. Zeroing them meanwhile shows 0, but takes away only what had
# been added up before: when estimation is on again, connections from before the zeroing appear as new ones. In
# /proc/net/ip_vs_stats_percpu the line of each processor goes on all the time; the sum below it does not.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13, ten connections before each line:
#   run_estimation 1: 10
#   run_estimation 0: 10
#   zeroed: 0
#   run_estimation 0: 0
#   run_estimation 1: 30
#
# What helps: run_estimation 1, and est_nice or est_cpulist for its cost.
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
. /topology
cat >/serve.py <<'SERVE'
import socket
listener = socket.create_server(("", 80))
while True:
    listener.accept()[0].close()
SERVE
cat >/ask.py <<'ASK'
import socket
for _ in range(10):
    socket.create_connection(("192.0.2.100", 80), 10).close()
ASK
ip netns exec member python3 /serve.py &
sleep 3
ipvsadm -A -t 192.0.2.100:80 -s rr
ipvsadm -a -t 192.0.2.100:80 -r 198.51.100.2:80 -m

# now NAME EXPECTED: what the service's connections are said to be.
now() {
  sleep 6
  seen=$(ipvsadm -Ln --stats | awk '$1 == "TCP" { print $3 }')
  echo "$1: $seen"
  [ "$seen" = "$2" ]
}
estimation=/proc/sys/net/ipv4/vs/run_estimation
ip netns exec client python3 /ask.py
now "run_estimation 1" 10
echo 0 >$estimation
sleep 3
ip netns exec client python3 /ask.py
now "run_estimation 0" 10
ipvsadm -Z
now zeroed 0
ip netns exec client python3 /ask.py
now "run_estimation 0" 0
echo 1 >$estimation
ip netns exec client python3 /ask.py
now "run_estimation 1" 30
MACHINE
