#!/bin/sh
# keepalived does not set the scheduler, persistence or weights of a virtual server that the kernel has already.
#
# One would expect that after a start, and after each reload, the kernel has what keepalived.conf says: that is its
# job. But a virtual server with the same address, port and protocol that is in the kernel before keepalived starts
# (from `ipvsadm -R` at boot, from a keepalived that was killed, by hand) stays as it is. The kernel answers that it
# exists already; keepalived notes that among its usual lines and goes on as if it had made it. lb_algo,
# persistence_timeout and the weights of real servers that are there stay, and reloads compare the new file with the
# old file, not with the kernel: what did not change in the file is never set. `keepalived -t` accepts the file, the
# service is active, and `ipvsadm -Ln` shows the old values for ever.
#
# Seen with keepalived 2.3.3-1, Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13:
#   in the kernel before: rr; 198.51.100.2 with weight 1
#   in keepalived.conf: wlc, persistence_timeout 300, 198.51.100.2 and 198.51.100.3 with weight 5
#   after its start: rr; 198.51.100.2 with weight 1; 198.51.100.3 with weight 5
#   after a reload: rr; 198.51.100.2 with weight 1; 198.51.100.3 with weight 5
#   after a reload with lb_algo sh: sh persistent 300; 198.51.100.2 with weight 1; 198.51.100.3 with weight 5
#   after `ipvsadm -C` and a restart: sh persistent 300; 198.51.100.2 with weight 5; 198.51.100.3 with weight 5
#
# What helps: `ipvsadm -C` before keepalived starts, where it alone has the table.
set -eu

"$(dirname "$0")/with-kernel" keepalived=1:2.3.3-1 <<'MACHINE'
modprobe ip_vs_rr
modprobe ip_vs_sh
modprobe ip_vs_wlc
ip link add lab type dummy
ip link set lab up
ip address add 192.0.2.100/24 dev lab

config() {
  cat >/keepalived.conf <<CONFIG
virtual_server 192.0.2.100 80 {
  lb_algo $1
  lb_kind NAT
  protocol TCP
  persistence_timeout 300
  real_server 198.51.100.2 80 {
    weight 5
  }
  real_server 198.51.100.3 80 {
    weight 5
  }
}
CONFIG
}
# table TEXT: what the kernel has.
table() {
  have=$(ipvsadm -Ln | awk '$1 == "TCP" { $1 = $2 = ""; sub(/^ +/, ""); printf "%s", $0 }
    $1 == "->" && $2 ~ /^198/ { sub(/:80/, "", $2); printf "; %s with weight %s", $2, $4 }')
  echo "$1: $have"
}
start() {
  keepalived --dont-fork --check -f /keepalived.conf &
  sleep 10
}

ipvsadm -A -t 192.0.2.100:80 -s rr
ipvsadm -a -t 192.0.2.100:80 -r 198.51.100.2:80 -m -w 1
table "in the kernel before"
config wlc
start
table "after its start"
[ "$have" = "rr; 198.51.100.2 with weight 1; 198.51.100.3 with weight 5" ]
reload() {
  kill -HUP $!
  sleep 10
}
reload
table "after a reload"
[ "$have" = "rr; 198.51.100.2 with weight 1; 198.51.100.3 with weight 5" ]
config sh
reload
table "after a reload with lb_algo sh"
[ "$have" = "sh persistent 300; 198.51.100.2 with weight 1; 198.51.100.3 with weight 5" ]
kill $!
wait $! || true
ipvsadm -C
start
table "after \`ipvsadm -C\` and a restart"
[ "$have" = "sh persistent 300; 198.51.100.2 with weight 5; 198.51.100.3 with weight 5" ]
kill $!
wait $! || true
MACHINE
