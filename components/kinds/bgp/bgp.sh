# shellcheck shell=sh
# A director's own BIRD, which announces addresses by BGP: a unit, and a file that includes one file for each of its
# neighbours (bgpsession.sh) and of its addresses (bgpaddress.sh). Beside it runs a watch, which decides what is announced.
# /etc/bird/bird.conf and its unit belong to the user, and are not touched.

BGP_SETTLE=3 # seconds in which routers take another route for the one that has become worse, or is withdrawn

bgp_apply() {
  bgp_desired
  needs systemctl
  install_packages bird2
  # A run that was cut off may have written files that BIRD has not read.
  stale=
  if cut_off "$instance"; then stale=yes; fi
  acquire "$instance" "BGP speaker $instance" "$(yes_if test -e "/etc/systemd/system/$unit")"
  bird_nonlocal_bind
  bgp_folders
  changed=
  put_file "$tree/alive.awk" "$AWK_BGP_HEX$AWK_BGP_ALIVE" 644 root
  put_file "$tree/watch.sh" "$(bgp_watch)$NEWLINE" 644 root
  put_file "/etc/systemd/system/$unit" "$(bgp_unit)$NEWLINE" 644 root
  put_file "/etc/systemd/system/$watch" "$(bgp_watch_unit)$NEWLINE" 644 root
  anew=$changed
  { [ -z "$changed" ] && unit_loaded "$unit" && unit_loaded "$watch"; } || run systemctl daemon-reload
  changed=$stale
  bird_put "$BIRD/$instance.conf" "$(bgp_configuration)$NEWLINE" 644 root
  if [ -n "$changed" ] || ! systemctl -q is-active "$unit"; then bird_reload; fi
  if ! systemctl -q is-active "$watch"; then
    run systemctl start "$watch" || bird_fail "$watch does not start"
  elif [ -n "$anew" ]; then
    run systemctl restart "$watch"
  fi
  unit_at_boot "$unit"
  unit_at_boot "$watch"
  bgp_maintenance
  release_references
  commit "$instance" "$SETTINGS" "$(sha256sum "$BIRD/$instance.conf" "$tree/alive.awk" "$tree/watch.sh" "/etc/systemd/system/$unit" "/etc/systemd/system/$watch")"
}

bgp_remove() {
  bgp_desired
  if mine "$instance"; then
    remove_units "$watch" "$unit"
    run rm -rf "$tree" "$BIRD/$instance.conf" "$BIRD/$instance.conf.new" "$place"
    rmdir "$BIRD" 2>/dev/null || true # another director's may be there
  fi
  release_packages "$purge" bird2
  release_references
  release "$instance"
}

bgp_desired() {
  instance='' router='' maintenance='' purge=''
  read_desired instance router maintenance purge
  allowed_words "$instance" "$router"
  bgp_places
}

# bgp_places: sets the paths of a director's BIRD. "live" has a file for each address that is announced, "leaving" one
# for each whose last service is about to go.
bgp_places() {
  unit=bgp-$instance.service watch=announce-$instance.service
  tree=$BIRD/$instance
  place=/run/bgp-$instance
  live=$place/live leaving=$place/leaving
}

bgp_folders() {
  bird_user
  make_folder "$tree/addresses" "$tree/neighbors" "$tree/to" "$live" "$leaving"
  chmod 755 "$BIRD" "$tree" "$tree/addresses" "$tree/neighbors" "$tree/to" "$place" "$live"
}

# bgp_part KEY WHAT: begins a change of a session or an address of a director's BIRD. Sets "changed" after a run that
# was cut off, which may have written files that BIRD has not read.
bgp_part() {
  [ -f "$BIRD/$instance.conf" ] || fail "$(uname -n) has no BGP speaker $instance"
  changed=
  if cut_off "$1"; then changed=yes; fi
  acquire "$1" "$2" ''
  bgp_folders
}

bgp_unit() {
  bird_unit "BGP $instance" "mkdir -p $live $leaving && chmod 755 $live && chown $user $place"
}

# After a reboot the address is not on lo, so nothing is announced before the next update.
bgp_watch_unit() {
  cat <<UNIT
[Unit]
Description=ipvs-lab BGP $instance, which addresses are announced
After=$unit
BindsTo=$unit

[Service]
ExecStart=/bin/sh $tree/watch.sh $tree $place
Restart=always
RestartSec=1
UNIT
}

# The filters of the neighbours use "maintenance" (bgpsession.sh). BFD takes the packets to addresses of sessions alone,
# so that a daemon of the machine's own gets those to its other addresses.
bgp_configuration() {
  cat <<CONFIGURATION
# ipvs-lab: the BGP speaker of a director
log stderr all;
timeformat protocol iso long;
router id $router;
define maintenance = $([ "$maintenance" = yes ] && echo true || echo false);
protocol device { scan time 10; }
protocol bfd { strict bind yes; }
include "$instance/addresses/*.conf";
include "$instance/neighbors/*.conf";
CONFIGURATION
}

# bgp_listeners FILTER: prints the sockets that match, each with its program, its process and, of a director's BIRD, the
# instance.
bgp_listeners() {
  ss -Hltunp "$1" 2>/dev/null | awk "$AWK_BGP_LISTENERS" | while read -r protocol at program pid; do
    line=
    # The words of a command line have NUL between them, which the shell leaves out.
    [ ! -r "/proc/$pid/cmdline" ] || IFS= read -r line 2>/dev/null <"/proc/$pid/cmdline" || true
    case $line in
      *"$BIRD/"*) line=${line#*"$BIRD/"} && line=${line%%.conf*} ;;
      *) line= ;;
    esac
    printf '%s %s %s %s%s\n' "$protocol" "$at" "$program" "$pid" "${line:+ $line}"
  done
}

# The watch. BIRD itself does not know of IPVS, and the kernel tells nobody of a change in its table.
bgp_watch() {
  cat <<'WATCH'
# watch.sh FOLDER PLACE: has BIRD announce each address of FOLDER/addresses as long as this machine has the address, and
# a virtual service of it has a member with a weight. PLACE/live has a file for each that is announced, PLACE/coming one
# for each that is about to be.
set -u
umask 022 # BIRD reads what is written here as its own user
folder=$1 place=$2 unread=yes
mkdir -p "$place/coming"
rm -f "$place"/coming/*

# found [FILE…]: prints the addresses that may be announced; with keepalived's files, those of them with all members.
# Each program that is started costs an emulated machine a tenth of a second, twice a second.
found() {
  marks=
  for mark in /run/ipvs-lab/firewallmark/*; do
    [ ! -e "$mark" ] || marks="$marks ${mark##*/}"
  done
  ip -o address show dev lo | awk -v marks="$marks" -f "$folder/alive.awk" \
    "$folder"/addresses/*.conf - /proc/net/ip_vs "$@" 2>/dev/null
}

# complete NAME: false while a member of the address is missing, but no longer than a round of their checks takes.
# keepalived adds members one by one. In between, connections that come from other directors would get other members here.
complete() {
  name=$1
  set -- /etc/keepalived/ipvs-lab.d/*/*.conf
  [ -e "$1" ] || return 0
  [ -n "$all" ] || all=" $(found "$@") "
  case $all in *" $name "*) return 0 ;; esac
  read -r now _ </proc/uptime
  now=${now%.*} until=
  [ ! -e "$place/coming/$name" ] || read -r until <"$place/coming/$name"
  if [ -n "$until" ]; then
    [ "$now" -ge "$until" ]
    return
  fi
  [ -n "$round" ] || round=$(awk '$1 == "delay_loop" && $2 > pause { pause = $2 }
    ($1 == "connect_timeout" || $1 == "misc_timeout") && $2 > answer { answer = $2 }
    END { print (pause + answer < 10 ? pause + answer : 10) }' "$@" 2>/dev/null)
  echo $((now + ${round:-10} + 1)) >"$place/coming/$name"
  return 1
}

while :; do
  alive=$(found) all= round=
  [ ! -e "$folder/withdrawn" ] || alive=
  for path in "$place"/leaving/*; do
    [ -e "$path" ] || continue
    # Once its last service is gone, the address may come back with another.
    case " $alive " in
      *" ${path##*/} "*) alive=$(printf ' %s ' "$alive" | sed "s/ ${path##*/} / /") ;;
      *) rm -f "$path" ;;
    esac
  done
  for path in "$place"/live/*.conf; do
    [ -e "$path" ] || continue
    name=${path##*/}
    case " $alive " in *" ${name%.conf} "*) ;; *) rm -f "$path" && unread=yes ;; esac
  done
  for path in "$place"/coming/*; do
    [ -e "$path" ] || continue
    case " $alive " in *" ${path##*/} "*) ;; *) rm -f "$path" ;; esac
  done
  for name in $alive; do
    [ ! -e "$place/live/$name.conf" ] || continue
    complete "$name" || continue
    rm -f "$place/coming/$name"
    sed -n 's/^# \(route .*;\)$/\1/p' "$folder/addresses/$name.conf" >"$place/live/$name.new" &&
      mv "$place/live/$name.new" "$place/live/$name.conf" && unread=yes
  done
  if [ -n "$unread" ]; then
    case $(birdcl -s "$place/control" configure 2>/dev/null) in
      *econfigur*)
        unread=
        live=$(cd "$place/live" && ls)
        echo announced: ${live:-nothing} # in one line
        ;;
    esac
  fi
  sleep 0.5
done
WATCH
}

# A director in maintenance first announces what routers prefer less, then nothing: so they have their other directors in
# use before this one is out.
bgp_maintenance() {
  if [ "$maintenance" != yes ]; then
    [ ! -e "$tree/withdrawn" ] || run rm -f "$tree/withdrawn"
    return 0
  fi
  [ ! -e "$tree/withdrawn" ] || return 0
  if bgp_announces; then
    say "ipvs-lab: announced as worse for $BGP_SETTLE s, then withdrawn"
    sleep "$BGP_SETTLE"
  fi
  : >"$tree/withdrawn" || write_failed "$tree/withdrawn"
  bgp_wait_withdrawn
}

# True when an address is announced.
bgp_announces() {
  set +f
  set -- "$live"/*.conf
  set -f
  [ -e "$1" ]
}

# Waits until the watch has withdrawn all addresses.
bgp_wait_withdrawn() {
  tries=0
  while bgp_announces && [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    sleep 0.25
  done
}
