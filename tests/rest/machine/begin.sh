#!/bin/sh
# begin.sh BOX: makes of the machine two, both with a network of their own (rest0) and one in common (rest1). The
# second is a throw-away system (BOX is the text of cuts' box.sh), which the first reaches at 198.51.100.2. Prints
# "ready PID" with the second one's first process; takes all of it back when standard input ends.
set -eu
folder=$(mktemp -d /var/tmp/ipvs-lab-rest-XXXXXX)
box=''
back() {
  [ -z "$box" ] || { kill -KILL "$box" && wait "$box"; } 2>/dev/null || true
  ip link del rest0 2>/dev/null || true
  ip link del rest1 2>/dev/null || true
  ip link del restm 2>/dev/null || true
  echo "$conntrack" >/proc/sys/net/netfilter/nf_conntrack_max
  rm -rf "$folder"
}

# What the kernel loads with a first use would be a difference to before.
modprobe -a ip_vs ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_lblc ip_vs_lblcr ip_vs_dh ip_vs_sh ip_vs_sed ip_vs_nq \
  ip_vs_fo ip_vs_ovf ip_vs_mh ip_vs_pe_sip nf_conntrack nft_masq nft_fib_inet dummy veth fou fou6 ipip ip_gre ip6_gre \
  ip6_tunnel sit overlay
conntrack=$(cat /proc/sys/net/netfilter/nf_conntrack_max)
trap back EXIT
# A namespace may not set it itself.
[ "$conntrack" -ge 262144 ] || echo 262144 >/proc/sys/net/netfilter/nf_conntrack_max

# Once, and for both.
command -v bird >/dev/null || {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y install nginx-light bird2
  systemctl disable --now nginx bird
} >/dev/null 2>&1

printf '%s\n' "$1" >"$folder/box.sh"
mkdir "$folder/box"
sh "$folder/box.sh" "$folder/box" </dev/null >/dev/null 2>&1 &
box=$!
first=''
for _ in $(seq 240); do
  sleep 0.5
  first=$(cat "/proc/$box/task/$box/children" 2>/dev/null) || first=''
  first=${first%% *}
  [ -n "$first" ] || continue
  case $(nsenter -t "$first" -a systemctl is-system-running 2>/dev/null || true) in running | degraded) break ;; esac
done
[ -n "$first" ]
second() { nsenter -t "$first" -a "$@"; }

ip link add restm type veth peer name restm netns "$first"
ip link add rest1 type veth peer name rest1 netns "$first"
place() {
  for device in rest1 restm lo; do "$@" ip link set "$device" up; done
  "$@" ip link add rest0 type dummy
  "$@" ip link set rest0 up
  "$@" ip address add 192.0.2.10/24 dev rest0
  "$@" ip -6 address add 2001:db8:10::10/64 dev rest0 nodad
}
place env
place second
ip address add 198.51.100.1/30 dev restm
second ip address add 198.51.100.2/30 dev restm
ip address add 203.0.113.10/24 dev rest1
ip -6 address add 2001:db8:20::10/64 dev rest1 nodad
second ip address add 203.0.113.20/24 dev rest1
second ip -6 address add 2001:db8:20::20/64 dev rest1 nodad
# It sees the first one's folders, but for what that remembers.
second sh -c 'mkdir -p /var/lib/ipvs-lab /run/sshd && mount -t tmpfs tmpfs /var/lib/ipvs-lab && hostname rest2 && rm -f /run/nologin && systemctl start ssh'
echo "ready $first"
cat >/dev/null
