#!/bin/sh
# Prints what an import must not change on the director that it runs on, for root.
set -u
part() { printf '== %s\n' "$1"; }
part table
ipvsadm -Sn
part thresholds
# Without the numbers of connections.
ipvsadm -Ln --thresholds | awk '{ print $1, $2, $3, $4 }'
part timeouts
ipvsadm -Ln --timeout
part daemons
ipvsadm -Ln --daemon
part settings
grep -s . /proc/sys/net/ipv4/vs/* /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
part addresses
ip -j address
part events
# Leases of the machine's own network are renewed.
grep -v ' enp' /run/address-events
true
