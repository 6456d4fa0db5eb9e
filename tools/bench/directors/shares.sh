#!/bin/sh
# shares.sh SHARE SECONDS ROUNDS <load.py: the new connections a second that one director takes, and that three take, each
# held to SHARE percent of a processor by a cgroup. In each round the directors come one by one and then all at once.
# Prints a line for each run: how many have the route, then the connections a second and the percent of a processor of
# each of the three. For root on a machine that does nothing else; takes everything back.
#
#                      ┌ director1 ┐
#   client ─── router ─┼ director2 ┼── members (direct routing)
#                      └ director3 ┘
#
# Each is a network namespace. What comes in at a director is handled by a thread of its own (threaded NAPI), as softirqs
# belong to no cgroup. What a director has no time for is dropped before it sees it.
set -eu
share=$1 seconds=$2 rounds=$3
vip=10.90.0.1
directors='director1 director2 director3'
groups=/sys/fs/cgroup
folder=$(mktemp -d)

end() {
  [ ! -e "$folder/sender" ] || kill "$(cat "$folder/sender")" 2>/dev/null || true
  for name in client router members $directors; do ip netns delete "$name" 2>/dev/null || true; done
  sleep 1
  for name in $directors; do rmdir "$groups/$name" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap end EXIT
cat >"$folder/load.py"
inside() { ip netns exec "$@"; }

# link NAMESPACE DEVICE NAMESPACE DEVICE
link() {
  ip link add "$2" netns "$1" type veth peer name "$4" netns "$3"
  ip -n "$1" link set "$2" up
  ip -n "$3" link set "$4" up
}

# thread NAMESPACE DEVICE NAMESPACE PEER: has what comes in there handled by a thread, napi/DEVICE-…. veth does so with
# generic receive offload, and if its peer does not segment.
thread() {
  inside "$1" python3 "$folder/load.py" offload "$2" 2C 1 # ETHTOOL_SGRO
  inside "$3" python3 "$folder/load.py" offload "$4" 1F 0 # ETHTOOL_STSO
  inside "$1" sh -c "echo 1 >/sys/class/net/$2/threaded"
}

# Long rows in a small table would make later runs slower than earlier ones.
modprobe -r ip_vs_mh ip_vs 2>/dev/null || true
modprobe ip_vs conn_tab_bits=18
modprobe ip_vs_mh
grep -qw cpu "$groups/cgroup.subtree_control" || echo +cpu >"$groups/cgroup.subtree_control"
for name in client router members $directors; do
  ip netns add "$name"
  ip -n "$name" link set lo up
  inside "$name" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
done
inside router sysctl -qw net.ipv4.fib_multipath_hash_policy=3 net.ipv4.fib_multipath_hash_fields=0x37
link client c0 router r0
ip -n client address add 10.80.1.2/16 dev c0
ip -n router address add 10.80.0.1/16 dev r0
ip -n client route add "$vip" via 10.80.0.1
ip -n members address add "$vip/32" dev lo
inside members nft "table ip members {
  chain in { type filter hook prerouting priority -300; ip daddr $vip drop; }
}"
for name in $directors; do
  i=${name#director}
  link router "r$i" "$name" "d$i"
  link "$name" "e$i" members "m$i"
  ip -n router address add "10.81.$i.1/30" dev "r$i"
  ip -n "$name" address add "10.81.$i.2/30" dev "d$i"
  ip -n "$name" address add "10.82.$i.1/30" dev "e$i"
  ip -n members address add "10.82.$i.2/30" dev "m$i"
  ip -n "$name" address add "$vip/32" dev lo
  ip -n "$name" route add 10.83.0.0/24 via "10.82.$i.2"
  inside "$name" ipvsadm -R <<SERVICE
-A -u $vip:80 -s mh -b mh-port
$(for member in 1 2 3 4; do echo "-a -u $vip:80 -r 10.83.0.$member:80 -g"; done)
SERVICE
  inside "$name" ipvsadm --set 0 0 2
  thread "$name" "d$i" router "r$i"
  thread members "m$i" "$name" "e$i"
  mkdir "$groups/$name"
  echo "$((share * 500)) 50000" >"$groups/$name/cpu.max"
  pgrep "^napi/d$i-" >"$groups/$name/cgroup.procs"
done

# look DIRECTOR: its connections so far, and its microseconds of a processor.
look() {
  inside "$1" ipvsadm -Ln --stats --exact -u "$vip:80" | awk '$1 == "UDP" { print $3 }'
  awk '$1 == "usage_usec" { print $2 }' "$groups/$1/cpu.stat"
}

# try DIRECTOR…: these have the route.
try() {
  hops=''
  for name in "$@"; do hops="$hops nexthop via 10.81.${name#director}.2 dev r${name#director}"; done
  # shellcheck disable=SC2086 # words
  ip -n router route replace "$vip" $hops
  # Not "inside": of a function in the background, its shell would be what is ended, and the sender would go on.
  ip netns exec client python3 "$folder/load.py" send "$vip" &
  echo $! >"$folder/sender"
  sleep 2
  line=$#
  for name in $directors; do line="$line $(look "$name" | xargs) $(date +%s%N)"; done
  sleep "$seconds"
  for name in $directors; do line="$line $(look "$name" | xargs) $(date +%s%N)"; done
  kill "$(cat "$folder/sender")"
  wait "$(cat "$folder/sender")" 2>/dev/null || true
  rm "$folder/sender"
  echo "$line" | awk '{
    line = $1
    for (i = 2; i <= 8; i += 3) {
      seconds = ($(i + 11) - $(i + 2)) / 1e9
      line = line sprintf(" %.0f %.1f", ($(i + 9) - $i) / seconds, ($(i + 10) - $(i + 1)) / seconds / 1e4)
    }
    print line
  }'
}

for _ in $(seq "$rounds"); do
  for name in $directors; do try "$name"; done
  # shellcheck disable=SC2086 # words
  try $directors
done
