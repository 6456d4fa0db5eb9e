#!/bin/sh
# Prints everything that a program could have left behind on the machine that it runs on, as root.
set -u
part() { printf '== %s\n' "$1"; }
part ipvsadm
ipvsadm -Sn
ipvsadm -Ln --timeout
ipvsadm -Ln --daemon
part addresses
ip -br address | grep -v '^enp0s16'
part routes
ip route show table all
ip -6 route show table all | sed 's/ expires [0-9]*sec//'
ip rule
part neighbours
ip neigh show proxy
part namespaces
ip netns
part fou
ip fou show
part nftables
nft list ruleset
part sysctls
grep -rs . /proc/sys/net | grep -v -e nf_conntrack_count -e fastopen_key -e stable_secret -e flow_limit_cpu -e random
part records
find /run/ipvs-lab /var/lib/ipvs-lab -mindepth 1 2>/dev/null
part files
find /etc/systemd /etc/ipvs-lab /etc/apache2 /etc/nginx /etc/keepalived /etc/apt /usr/local /var/www \
  \( -type f -o -type l \) -printf '%p %s\n' 2>/dev/null
part packages
cksum /var/lib/dpkg/status /var/lib/apt/extended_states
part processes
# Those of another system on the same machine are not its own.
own=$(readlink /proc/self/ns/pid)
for process in /proc/[0-9]*; do
  [ "$(readlink "$process/ns/pid")" = "$own" ] || continue
  cat "$process/comm"
done 2>/dev/null | grep -e keepalived -e apache -e nginx -e ipvs-lab | sort
true
