#!/bin/sh
# `ipvsadm -Sn` prints firewall marks from 2^31 on as negative numbers, and `ipvsadm -R` refuses them.
#
# One would expect that what -S saves -R restores; that is what both are for. Marks are 32 bits wide, nftables,
# iptables and `ipvsadm -A -f` take all of them, and tools that use single bits of a mark like the highest. The saved
# line of such a service cannot be read back: the whole service is missing after a restart that restores it, and
# `ipvsadm -Ln` shows the same negative number.
#
# Seen with Linux 6.12.117-1 and ipvsadm 1.31-5 of Debian 13:
#   set: mark 2147483648; saved: -A -f -2147483648 -s rr
#   restored: exit status 2, no service
#   set: mark 2147483647; saved: -A -f 2147483647 -s rr; restored
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
modprobe ip_vs_rr
ipvsadm -A -f 2147483648 -s rr
ipvsadm -Sn >/saved
echo "set: mark 2147483648; saved: $(cat /saved)"
[ "$(cat /saved)" = "-A -f -2147483648 -s rr" ]
ipvsadm -C
status=0
ipvsadm -R </saved 2>/dev/null || status=$?
[ "$status" != 0 ] && [ -z "$(ipvsadm -Sn)" ]
echo "restored: exit status $status, no service"
ipvsadm -A -f 2147483647 -s rr
ipvsadm -Sn >/saved
ipvsadm -C
ipvsadm -R </saved
echo "set: mark 2147483647; saved: $(cat /saved); restored"
[ "$(ipvsadm -Sn)" = "-A -f 2147483647 -s rr" ]
MACHINE
