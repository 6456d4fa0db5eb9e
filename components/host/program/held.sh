# shellcheck shell=sh
# What several objects need: it is there as long as one of them holds it, and then what it was before.
# Kernel settings, IPVS's timeouts and daemons, and what real servers of one virtual address share.
#
#   $RUN/sysctl/KEY/before            KEY=VALUE, what it was before; nothing after "=" where it was not there
#   $RUN/sysctl/KEY/holders/HOLDER    the value that this one needs
#   $RUN/inside/NAMESPACE/KEY/…       the same of a network namespace

HELD_IN=''  # the namespace of what is held now; empty for the machine itself
HELD=''     # the folders of what this run has asked for
RETURNED='' # "yes" where this object came back after a reboot, without this program
SILENT=''   # the virtual address whose silence is let go of, once it is gone itself

# hold KEY VALUE NOW [THING]: makes this object a holder. THING is how a person calls what is there or
# not, other than a setting that has always some value: one of others' is not taken over unasked.
# Sets "had" to the value that this object needed until now.
hold() {
  may_hold "$@"
  note_hold "$2"
}

# may_hold KEY VALUE NOW [THING]: the same, but for the note of the new value: where something must be undone
# first, that is done in between.
may_hold() {
  held=${HELD_IN:+$RUN/inside/$HELD_IN/}
  file_name "$1"
  held=${held:-$RUN/sysctl/}$SWAPPED
  had=
  set +f
  for file in "$held"/holders/*; do
    [ -f "$file" ] || continue
    IFS= read -r theirs <"$file" || true
    # A run was cut off while it wrote this, and it comes before what it is for.
    [ -n "$theirs" ] || continue
    if [ "${file##*/}" = "$HOLDER" ]; then
      had=$theirs
    # Of room, the most that somebody needs does for all.
    elif [ "$theirs" != "$2" ] && [ "$1" != net.netfilter.nf_conntrack_max ]; then
      fail "$1 on $(uname -n)${HELD_IN:+ in $HELD_IN} is \"$theirs\" for ${file##*/}, so it cannot be \"$2\" for $HOLDER"
    fi
  done
  set -f
  if [ ! -s "$held/before" ]; then
    [ -z "${4-}" ] || [ -z "$3" ] || [ -n "$ADOPT$RETURNED" ] ||
      fail "$4 exists on $(uname -n)${HELD_IN:+ in $HELD_IN} already and was not made by ipvs-lab: remove it there, or choose another"
    make_folder "$held/holders"
    value=$3
    [ -z "${4-}" ] || value=
    printf '%s=%s\n' "$1" "$value" >"$held/before" || write_failed "$held/before" "$held/before"
  fi
}

# note_hold VALUE: in the folder that may_hold has found. A value that is there already is not put at risk.
note_hold() {
  make_folder "$held/holders"
  note=$held/holders/$HOLDER
  if [ -z "$had" ]; then
    printf '%s\n' "$1" >"$note" || write_failed "$note" "$note"
  elif [ "$had" != "$1" ]; then
    if ! printf '%s\n' "$1" >"$held/holder.new" || ! mv "$held/holder.new" "$note"; then
      write_failed "$note" "$held/holder.new"
    fi
  fi
  HELD=$HELD$NEWLINE$held$NEWLINE
}

# release_sysctls: lets go of all that this object holds and has not asked for in this run, and of what a run
# that was cut off has left without a holder. In the order of their names an address goes before what keeps it
# silent, and an interface before its settings.
release_sysctls() {
  set +f
  set -- "$RUN"/inside/*/* "$RUN"/sysctl/*
  for held in "$@"; do
    [ -d "$held" ] || continue
    case $HELD in *"$NEWLINE$held$NEWLINE"*) continue ;; esac
    others='' mine=
    for file in "$held"/holders/*; do
      [ -e "$file" ] || continue
      if [ "${file##*/}" = "$HOLDER" ]; then mine=yes; else others=yes; fi
    done
    [ -z "$mine" ] || [ -z "$others" ] || rm -f "$held/holders/$HOLDER"
    # What others need stays as it is.
    [ -n "$others" ] || let_go
  done
  for held in "$RUN"/inside/*; do
    [ ! -d "$held" ] || { set -- "$held"/* && [ -e "$1" ]; } || rmdir "$held"
  done
  set -f
}

# let_go: of what is in the folder "held", and nobody needs. It is undone first and forgotten last, so whoever
# comes after a run that was cut off between the two does it once more.
let_go() {
  setting=
  [ ! -f "$held/before" ] || IFS= read -r setting <"$held/before" || true
  was_in=$HELD_IN HELD_IN=
  case $held in
    "$RUN/inside/"*)
      HELD_IN=${held#"$RUN/inside/"}
      HELD_IN=${HELD_IN%%/*}
      ;;
  esac
  kept=
  # Before it was noted nothing was changed. What was in a namespace went with it.
  if [ -n "$setting" ] && { [ -z "$HELD_IN" ] || [ -e "/run/netns/$HELD_IN" ]; }; then
    set -f
    restore "${setting%%=*}" "${setting#*=}"
    set +f
  fi
  HELD_IN=$was_in
  if [ -z "$kept" ]; then
    rm -rf "$held"
  elif [ -n "$mine" ]; then
    rm -f "$held/holders/$HOLDER"
  fi
}

# restore KEY VALUE: as it was before anybody held it. It may be gone already. Sets "kept" where it has to wait.
restore() {
  case $1 in
    *.arp_ignore | *.arp_announce) keeps_silent "$1" || write_sysctl "$1" "$2" ;;
    "timeout "*) ! ipvs_timeouts >/dev/null || set_timeout "${1#* }" "$2" ;;
    "daemon "*) [ -z "$(daemon_now "${1#* }")" ] || run ipvsadm --stop-daemon "${1#* }" ;;
    "address "*) [ -z "$(loopback_now "${1#* }")" ] || there run ip address del "${1#* }" dev lo ;;
    "link "*) [ -z "$(link_now "${1#* }")" ] || there run ip link del "${1#* }" ;;
    "fou "*) [ -z "$(fou_now "${1#* }")" ] || fou del "${1#* }" ;;
    # Its interface may be gone.
    *) ! read_sysctl "$1" >/dev/null 2>&1 || write_sysctl "$1" "$2" ;;
  esac
}

# keeps_silent KEY: whether a setting, or its interface, is gone, or is still needed: as long as the machine has
# a virtual address it must not answer for it.
keeps_silent() {
  read_sysctl "$1" >/dev/null 2>&1 || return 0
  place=${held%/*}
  if [ -z "$mine" ]; then
    # Nobody says for which address this was.
    set +f
    for silent in "$place/address "*.*; do
      [ ! -d "$silent" ] || kept=yes
    done
    set -f
  # (Where there is none, another interface has taken this one's place.)
  elif [ -n "$SILENT" ] && there ip -o -4 address show dev lo | grep -qF " $SILENT/"; then
    [ -d "$place/address $SILENT:32" ] ||
      fail "$SILENT is still on lo of $(uname -n)${HELD_IN:+ in $HELD_IN}, and without $1 the machine would answer for it: remove it there"
    kept=yes
  fi
  [ -n "$kept" ]
}

# there [run] COMMAND…: where that is which is held.
there() {
  show=
  if [ "$1" = run ]; then
    show=run
    shift
  fi
  case ${HELD_IN:+$1} in
    '') $show "$@" ;;
    ip)
      shift
      $show ip -n "$HELD_IN" "$@"
      ;;
    *) $show ip netns exec "$HELD_IN" "$@" ;;
  esac
}

# --- Kernel settings -------------------------------------------------------------------------------

# hold_sysctl KEY VALUE
hold_sysctl() {
  read_sysctl "$1" || fail "this kernel has no setting $1"
  held_sysctl "$1" "$2"
}

# The same where "now" is known already.
held_sysctl() {
  hold "$1" "$2" "$now"
  if [ "$now" != "$2" ]; then
    write_sysctl "$1" "$2"
  fi
}

# hold_interface NAME conf|neigh SETTING VALUE: of an interface, in whose name "/" stands for a dot.
hold_interface() {
  swap "$1" . /
  hold_sysctl "net.ipv4.$2.$SWAPPED.$3" "$4"
}

# hold_at_least KEY VALUE: or what the kernel has, if that is more.
hold_at_least() {
  read_sysctl "$1" || fail "this kernel has no setting $1"
  if [ "$now" -gt "$2" ]; then held_sysctl "$1" "$now"; else held_sysctl "$1" "$2"; fi
}

# Sets "now" to what a setting is. (The shell cannot read it by itself: it asks for single letters, and
# the kernel gives a number's first one only.)
read_sysctl() {
  now=$(there sysctl -n "$1")
}

# write_sysctl KEY VALUE: where it is the machine's own, no program is started for it.
write_sysctl() {
  find_setting "$1"
  if [ -w "$setting_file" ] && { printf '%s\n' "$2" >"$setting_file"; } 2>/dev/null; then
    say "+ sysctl -q -w $1=$2"
  else
    there run sysctl -q -w "$1=$2"
  fi
}

# Sets "setting_file" to that of one of the machine's own settings; empty for a namespace's.
find_setting() {
  setting_file=''
  [ -z "$HELD_IN" ] || return 0
  swap "$1" / :
  swap "$SWAPPED" . /
  swap "$SWAPPED" : .
  case /$SWAPPED/ in */../* | *//*) ;; *) setting_file=/proc/sys/$SWAPPED ;; esac
}

# --- Of a director: timeouts and daemons -----------------------------------------------------------

# hold_timeout tcp|tcpfin|udp SECONDS
hold_timeout() {
  now=$(ipvs_timeouts) || fail "the kernel of $(uname -n) does not tell IPVS's timeouts"
  now=$(timeout_of "$1" "$now")
  hold "timeout $1" "$2" "$now"
  if [ "$now" != "$2" ]; then
    set_timeout "$1" "$2"
  fi
}

# "tcp 900 tcpfin 120 udp 300 "
ipvs_timeouts() {
  command -v ipvsadm >/dev/null && ipvsadm -Ln --timeout 2>/dev/null |
    awk '/^Timeout/ { print "tcp", $5, "tcpfin", $6, "udp", $7, ""; found = 1 } END { exit !found }'
}

timeout_of() {
  rest=${2#*"$1 "}
  printf '%s' "${rest%% *}"
}

# ipvsadm leaves a timeout of 0 as it is.
set_timeout() {
  case $1 in
    tcp) run ipvsadm --set "$2" 0 0 ;;
    tcpfin) run ipvsadm --set 0 "$2" 0 ;;
    udp) run ipvsadm --set 0 0 "$2" ;;
  esac
}

# hold_daemon master|backup "mcast=IF, syncid=N, group=G, port=P, ttl=T[, maxlen=M]": as ipvsadm prints
# it, but the length last: the kernel chooses one where none is given.
hold_daemon() {
  now=$(daemon_now "$1")
  hold "daemon $1" "$2" "$now" "the $1 connection synchronisation daemon ($now)"
  case "$now," in "$2,"*) return 0 ;; esac
  [ -z "$now" ] || run ipvsadm --stop-daemon "$1"
  # shellcheck disable=SC2046 # options and their values
  run ipvsadm --start-daemon "$1" $(daemon_options "$2") ||
    fail "the kernel of $(uname -n) refuses the $1 daemon ($2): is its interface up, and has no service members of both address families?"
  now=$(daemon_now "$1")
  case "$now," in
    "$2,"*) ;;
    *) fail "the kernel of $(uname -n) runs the $1 daemon with $now, not with $2" ;;
  esac
}

# "mcast=IF, syncid=N" as options of ipvsadm.
daemon_options() {
  printf '%s' "$1" | sed 's/, / --/g
s/^mcast=/--mcast-interface /
s/group=/mcast-group /
s/port=/mcast-port /
s/ttl=/mcast-ttl /
s/maxlen=/sync-maxlen /
s/syncid=/syncid /'
}

daemon_now() {
  ipvsadm -Ln --daemon 2>/dev/null | sed -n "s/^$1"' sync daemon (\(.*\), \(maxlen=[0-9]*\)\(.*\))$/\1\3, \2/p'
}

# --- Of real servers: addresses, tunnels' ends -----------------------------------------------------

# hold_address ADDRESS/PREFIX: on lo, from where no neighbour is told of it.
hold_address() {
  now=$(loopback_now "$1")
  hold "address $1" "$1" "$now" "address $1 on lo"
  [ -z "$now" ] || return 0
  case $1 in
    # Nobody else's, and no source of connections of the real server's own, nor of its questions to
    # neighbours (ARP): a namespace with the same address would not answer those.
    *:*) there run ip address add "$1" dev lo nodad preferred_lft 0 ;;
    *) there run ip address add "$1" dev lo scope host ;;
  esac
}

loopback_now() {
  there ip -o address show dev lo | awk '{ print $4 }' | grep -xF -- "$1" || true
}

# hold_link NAME HOW: an interface that `ip link add NAME HOW` makes.
hold_link() {
  now=$(link_now "$1")
  may_hold "link $1" "$2" "$now" "interface $1"
  if [ -n "$now" ] && [ -n "$had" ] && [ "$had" != "$2" ]; then
    there run ip link del "$1"
    now=
  fi
  # Only now, as what it says is taken to be how the interface was made.
  note_hold "$2"
  # shellcheck disable=SC2086 # HOW is words
  [ -n "$now" ] || there run ip link add "$1" $2 ||
    fail "the kernel of $(uname -n) refuses a tunnel's end ($2): does another interface have the same?"
  there run ip link set "$1" up
}

link_now() {
  there ip -o link show dev "$1" 2>/dev/null || true
}

# hold_fou "PORT -4|-6": UDP on that port is unpacked (Generic UDP Encapsulation).
hold_fou() {
  now=$(fou_now "$1")
  hold "fou $1" gue "$now" "the port ${1% *} of a tunnel (fou)"
  [ -n "$now" ] || fou add "$1"
}

# Asking loads the module, as far as there is one.
fou_now() {
  there ip fou show 2>/dev/null | awk -v port="${1% *}" -v family="${1#* }" '
    $1 == "port" && $2 == port && (/ -6 ?/ ? "-6" : "-4") == family { print; exit }'
}

# fou add|del "PORT -4|-6"
fou() {
  [ "$1" = del ] || run modprobe fou || fail "the kernel of $(uname -n) refuses the module fou: is its package complete?"
  if [ "$1" = add ]; then set -- "$2" add gue; else set -- "$2" del; fi
  # shellcheck disable=SC2086 # "gue", or nothing
  there run ip "${1#* }" fou "$2" port "${1% *}" ${3-}
}
