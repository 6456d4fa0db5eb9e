#!/bin/sh
# Has a router send packets for ADDRESS to the next hops that its routing daemon has, by a resilient group: FRRouting has
# none for routes that BGP learns. resilient.sh ADDRESS DEVICE NEXT-HOP…
set -u
address=$1 device=$2
shift 2
[ ! -e /tmp/resilient.pid ] || kill "$(cat /tmp/resilient.pid)"
echo $$ >/tmp/resilient.pid
ip nexthop del id 1000 2>/dev/null # from an earlier run; its routes go with it
ip rule list | grep -q '^100:' || ip rule add priority 100 to "$address" lookup 100 || exit 1
group=
while :; do
  route=$(ip route show table main "$address")
  id=1000 now='' more=''
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
    ip nexthop replace id 1000 group "$now" type resilient buckets 128 idle_timer 3600
    ip route replace "$address" nhid 1000 table 100
  fi
  [ "$group" = "$now" ] || echo "$(date +%T.%N) $now: $(ip nexthop bucket show id 1000 | grep -o 'nhid [0-9]*' | sort | uniq -c | tr -s ' \n' ' ')"
  group=$now
  sleep 0.1
done
