# shellcheck shell=sh
# Timeouts and connection synchronisation daemons of IPVS, which a director's objects share (references.sh).

# share_timeout tcp|tcpfin|udp SECONDS
share_timeout() {
  now=$(ipvs_timeouts) || fail "the kernel of $(uname -n) does not tell IPVS's timeouts"
  now=$(timeout_of "$1" "$now")
  add_reference "timeout $1" "$2" "$now"
  if [ "$now" != "$2" ]; then
    set_timeout "$1" "$2"
  fi
}

# Prints "tcp 900 tcpfin 120 udp 300 ".
ipvs_timeouts() {
  command -v ipvsadm >/dev/null && ipvsadm -Ln --timeout 2>/dev/null |
    awk '/^Timeout/ { print "tcp", $5, "tcpfin", $6, "udp", $7, ""; found = 1 } END { exit !found }'
}

# timeout_of tcp|tcpfin|udp TIMEOUTS
timeout_of() {
  rest=${2#*"$1 "}
  printf '%s' "${rest%% *}"
}

# set_timeout tcp|tcpfin|udp SECONDS: ipvsadm leaves a timeout of 0 as it is.
set_timeout() {
  case $1 in
    tcp) run ipvsadm --set "$2" 0 0 ;;
    tcpfin) run ipvsadm --set 0 "$2" 0 ;;
    udp) run ipvsadm --set 0 0 "$2" ;;
  esac
}

# share_daemon master|backup "mcast=IF, syncid=N, group=G, port=P, ttl=T[, maxlen=M]": as ipvsadm prints it, but with
# the length last: the kernel chooses one if none is given.
share_daemon() {
  now=$(daemon_now "$1")
  add_reference "daemon $1" "$2" "$now" "the $1 connection synchronisation daemon ($now)"
  case "$now," in "$2,"*) return 0 ;; esac
  [ -z "$now" ] || run ipvsadm --stop-daemon "$1"
  with_words "$(daemon_options "$2")" run ipvsadm --start-daemon "$1" ||
    fail "the kernel of $(uname -n) refuses the $1 daemon ($2): is its interface up, and has no service members of both address families?"
  now=$(daemon_now "$1")
  case "$now," in
    "$2,"*) ;;
    *) fail "the kernel of $(uname -n) runs the $1 daemon with $now, not with $2" ;;
  esac
}

# daemon_options "mcast=IF, syncid=N": prints them as options of ipvsadm.
daemon_options() {
  printf '%s' "$1" | sed 's/, / --/g
s/^mcast=/--mcast-interface /
s/group=/mcast-group /
s/port=/mcast-port /
s/ttl=/mcast-ttl /
s/maxlen=/sync-maxlen /
s/syncid=/syncid /'
}

# daemon_now master|backup: prints the options of the daemon that runs, in the order of share_daemon.
daemon_now() {
  ipvsadm -Ln --daemon 2>/dev/null | sed -n "s/^$1"' sync daemon (\(.*\), \(maxlen=[0-9]*\)\(.*\))$/\1\3, \2/p'
}
