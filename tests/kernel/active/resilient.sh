#!/bin/sh
# Has a router send packets for ADDRESS to the next hops that its routing daemon has, by a resilient group: FRRouting has
# none for routes that BGP learns. resilient.sh ADDRESS DEVICE NEXT-HOP…
set -u
address=$1 device=$2
shift 2
[ ! -e /tmp/resilient.pid ] || kill "$(cat /tmp/resilient.pid)"
echo $$ >/tmp/resilient.pid
# Another group in each run: one that is deleted was back at once, and no longer resilient. FRRouting's zebra watches.
base=$(($$ * 10))
ip rule list | grep -q '^100:' || ip rule add priority 100 to "$address" lookup 100 || exit 1
group=
while :; do
  route=$(ip route show table main "$address")
  id=$base now='' more=''
  for hop in "$@"; do
    id=$((id + 1))
    case "$route " in
      *" via $hop "*)
        now="${now:+$now/}$id"
        case /$group/ in */$id/*) ;; *) ip nexthop replace id "$id" via "$hop" dev "$device" && more=yes ;; esac
        ;;
      # It leaves the group, and its buckets alone go to others.
      *) case /$group/ in */$id/*) ip nexthop del id "$id" ;; esac ;;
    esac
  done
  if [ -n "$more" ]; then
    # No bucket is idle for so long while a test runs.
    ip nexthop replace id "$base" group "$now" type resilient buckets 128 idle_timer 3600
    ip route replace "$address" nhid "$base" table 100
  fi
  group=$now
  sleep 0.1
done
