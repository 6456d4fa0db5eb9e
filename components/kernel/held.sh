# shellcheck shell=sh
# What several objects need: it is there as long as one of them holds it, and then what it was before.
# Kernel settings, IPVS's timeouts and daemons, and what real servers of one virtual address share.
#
#   $RUN/sysctl/KEY/before            KEY=VALUE, what it was before; nothing after "=" where it was not there
#   $RUN/sysctl/KEY/holders/HOLDER    the value that this one needs
#   $RUN/inside/NAMESPACE/KEY/…       the same of a network namespace

HELD_IN='' # the namespace of what is held now; empty for the machine itself
HELD=''    # the folders of what this run has asked for

# hold KEY VALUE NOW [THING]: makes this object a holder. THING is how a person calls what is there or
# not, other than a setting that has always some value: one of others' is not taken over unasked.
# Sets "had" to the value that this object needed until now.
hold() {
  held=${HELD_IN:+$RUN/inside/$HELD_IN/}
  file_name "$1"
  held=${held:-$RUN/sysctl/}$SWAPPED
  had=
  set +f
  for file in "$held"/holders/*; do
    [ -f "$file" ] || continue
    IFS= read -r theirs <"$file" || true
    if [ "${file##*/}" = "$HOLDER" ]; then
      had=$theirs
    # Of room, the most that somebody needs does for all.
    elif [ "$theirs" != "$2" ] && [ "$1" != net.netfilter.nf_conntrack_max ]; then
      fail "$1 on $(uname -n)${HELD_IN:+ in $HELD_IN} is \"$theirs\" for ${file##*/}, so it cannot be \"$2\" for $HOLDER"
    fi
  done
  set -f
  if [ ! -f "$held/before" ]; then
    [ -z "${4-}" ] || [ -z "$3" ] || [ -n "$ADOPT" ] ||
      fail "$4 exists on $(uname -n)${HELD_IN:+ in $HELD_IN} already and was not made by ipvs-lab: remove it there, or choose another"
    make_folder "$held/holders"
    if [ -n "${4-}" ]; then printf '%s=\n' "$1"; else printf '%s=%s\n' "$1" "$3"; fi >"$held/before"
  fi
  make_folder "$held/holders"
  printf '%s\n' "$2" >"$held/holders/$HOLDER"
  HELD=$HELD$NEWLINE$held$NEWLINE
}

# release_sysctls: lets go of all that this object holds and has not asked for in this run. In the order of
# their names an address goes before what keeps it silent, and an interface before its settings.
release_sysctls() {
  set +f
  set -- "$RUN"/inside/*/*/holders/"$HOLDER" "$RUN"/sysctl/*/holders/"$HOLDER"
  set -f
  for file in "$@"; do
    [ -f "$file" ] || continue
    case $HELD in *"$NEWLINE${file%/holders/*}$NEWLINE"*) ;; *) (let_go "$file") ;; esac
  done
}

# let_go FILE: one holder less.
let_go() {
  held=${1%/holders/*}
  rm -f "$1"
  rmdir "$held/holders" 2>/dev/null || return 0
  IFS= read -r before <"$held/before"
  HELD_IN=
  case $held in
    "$RUN/inside/"*)
      HELD_IN=${held#"$RUN/inside/"}
      HELD_IN=${HELD_IN%%/*}
      ;;
  esac
  # What was in a namespace went with it.
  if [ -z "$HELD_IN" ] || [ -e "/run/netns/$HELD_IN" ]; then
    restore "${before%%=*}" "${before#*=}"
  fi
  rm -rf "$held"
  [ -z "$HELD_IN" ] || rmdir "${held%/*}" 2>/dev/null || true
}

# restore KEY VALUE: as it was before anybody held it. It may be gone already.
restore() {
  case $1 in
    "timeout "*) ! ipvs_timeouts >/dev/null || set_timeout "${1#* }" "$2" ;;
    "daemon "*) [ -z "$(daemon_now "${1#* }")" ] || run ipvsadm --stop-daemon "${1#* }" ;;
    "address "*) [ -z "$(loopback_now "${1#* }")" ] || there run ip address del "${1#* }" dev lo ;;
    "link "*) [ -z "$(link_now "${1#* }")" ] || there run ip link del "${1#* }" ;;
    "fou "*) [ -z "$(fou_now "${1#* }")" ] || fou del "${1#* }" ;;
    # Its interface may be gone.
    *) ! read_sysctl "$1" >/dev/null 2>&1 || write_sysctl "$1" "$2" ;;
  esac
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
    printf '+ sysctl -q -w %s=%s\n' "$1" "$2"
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
  hold "link $1" "$2" "$now" "interface $1"
  if [ -n "$now" ] && [ -n "$had" ] && [ "$had" != "$2" ]; then
    there run ip link del "$1"
    now=
  fi
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
