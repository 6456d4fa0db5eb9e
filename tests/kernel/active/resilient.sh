#!/bin/sh
# Has a router send packets for ADDRESS to the next hops that its routing daemon has, by a resilient group: FRRouting has
# none for routes that BGP learns. resilient.sh ADDRESS DEVICE NEXT-HOP…
set -u
address=$1 device=$2
shift 2
[ ! -e /tmp/resilient.pid ] || kill "$(cat /tmp/resilient.pid)"
echo $$ >/tmp/resilient.pid
id=0
for hop in "$@"; do
  id=$((id + 1))
  ip nexthop replace id "100$id" via "$hop" dev "$device" || exit 1
done
ip nexthop del id 1000 2>/dev/null # from an earlier run; its routes go with it
ip rule list | grep -q '^100:' || ip rule add priority 100 to "$address" lookup 100 || exit 1
before=
while :; do
  route=$(ip route show table main "$address")
  group='' id=0
  for hop in "$@"; do
    id=$((id + 1))
    case "$route " in *" via $hop "*) group="${group:+$group/}100$id" ;; esac
  done
  if [ "$group" != "$before" ]; then
    if [ -z "$group" ]; then
      ip route flush table 100
    else
      # No bucket is idle for so long while a test runs.
      ip nexthop replace id 1000 group "$group" type resilient buckets 128 idle_timer 3600 &&
        ip route replace "$address" nhid 1000 table 100
    fi
    before=$group
  fi
  sleep 0.1
done
