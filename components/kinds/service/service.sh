# shellcheck shell=sh
# A virtual service with its members. The desired state comes as the lines of `ipvsadm -R`: the service (-A) first, then
# its members (-a). The record keeps the lines that were applied last, which distinguish our members from those that
# others added. The script's words are
#   service apply|remove OWNER SECONDS [MEMBERS [exclusive]]
# with the time to drain, the members whose weights are kept, and "exclusive" if nobody else may have members.

service_apply() {
  read_lines
  desired=$INPUT
  key=$(service_key)
  now=$(service_lines "$key")
  ours=$(recorded_settings "$key")
  if cut_off "$key"; then service_restore_icmp; fi
  exists=$(yes_if test -n "$now")
  service_from_table
  declared=$desired drained=
  [ -z "${2-}" ] || desired=$(service_kept "$2" "$now" "$ours" "$desired")
  changes=$(service_changes "$now" "$ours$(service_added "${3-}")" "$desired")
  # The weight 0 of a member that leaves counts as ours, so that after a run that was cut off it does not look as if set
  # by hand.
  [ -z "${2-}" ] || drained=$(service_part d | sed 's/^-d \(.*\)/-a \1 -w 0/')
  # Until this is done, both the earlier and the desired members count as ours, so that a run that is cut off leaves
  # none behind.
  acquire "$key" "virtual service $key" "$exists" "$ours$NEWLINE$declared${drained:+$NEWLINE}$drained"
  if [ -n "$transferred_from" ]; then servicetable_drop "$transferred_from" "$key"; fi
  service_setup "$desired"
  service_edit "$(service_part E)"
  # New members are added before others leave.
  service_do "$(service_part '[Aae]')"
  leaving=$(service_part d)
  if [ -n "$leaving" ]; then
    service_use_fallback "$1"
    drain "$(members_of "$leaving")" "$seconds"
    service_do "$leaving"
    service_do "${fallback:+-E${head#-A}}"
  fi
  service_in_place
  release_references
  commit "$key" "$declared"
}

service_remove() {
  read_lines
  desired=$INPUT
  key=$(service_key)
  if ! mine "$key"; then
    release "$key"
    return
  fi
  if cut_off "$key"; then service_restore_icmp; fi
  # The machine's record counts: a run that was cut off may have left more than Pulumi's state knows.
  now=$(service_lines "$key")
  ours=$(members_of "$(recorded_settings "$key")$(service_added "${3-}")$NEWLINE$desired" | sort -u)
  all=$(members_of "$now")
  there=$(printf '%s\n' "$all" | grep -xF -- "$ours" || true)
  others=$(printf '%s\n' "$all" | grep -vxF -- "$ours" || true)
  bgp_leave "$key"
  drain "$there" "$1"
  service_do "$(for member in $there; do printf '%s\n' "-d $key -r $member"; done)"
  if [ -n "$others" ]; then
    say "ipvs-lab: virtual service $key stays: it has members of others: $(printf '%s' "$others" | tr '\n' ' ')"
  elif [ -n "$(service_lines "$key")" ]; then
    service_do "-D $key"
  fi
  release_references
  release "$key"
}

# service_added exclusive: prints the members in "now", behind a line end, as none is others' then.
service_added() {
  [ "$1" != exclusive ] || printf '\n%s' "$now" | sed '/^-A/d'
}

# service_setup LINES: sets the shared settings that these need besides the director's. A member by masquerade has its
# clients' address family.
service_setup() {
  case $1 in
    *'-A -'[tu]' ['* | *'-A --sctp-service ['* | *'-A -f '[0-9]*' -6 -s '*)
      case $1 in
        *' -m -w '*)
          # Sharing a setting overwrites "now".
          lines=$now
          share_forwarding6
          now=$lines
          ;;
      esac
      ;;
  esac
}

# service_use_fallback SECONDS: sh, mh and dh choose a member of weight 0, too, and refuse its clients. The first two
# can be told to choose another one then, for as long as members drain: sets "fallback" where "head" has to come
# back. Under dh members are removed at once: sets "seconds".
service_use_fallback() {
  seconds=$1 fallback='' head=${desired%%"$NEWLINE"*}
  if [ "$seconds" = 0 ] || [ "${key%% *}" = -u ]; then return 0; fi
  case "$head " in
    *" -s dh "*)
      seconds=0
      echo 'ipvs-lab: scheduler dh refuses clients of members of weight 0, so who leaves is not waited for'
      ;;
    *-fallback*) ;;
    *" -s sh "*) service_fallback sh ;;
    *" -s mh "*) service_fallback mh ;;
  esac
}

service_fallback() {
  case $head in
    *" -b "*) fallback="${head%% -b *} -b $1-fallback,${head#* -b }" ;;
    *) fallback="$head -b $1-fallback" ;;
  esac
  service_do "-E${fallback#-A}"
}

# A service that moves out of a table of the same program is transferred. Sets "transferred_from" to the record of that
# table.
service_from_table() {
  transferred_from=
  set +f
  set -- "$RUN"/servicetable/*
  set -f
  [ -e "$1" ] || return 0
  transferred_from=$(find "$RUN/servicetable" -type f -not -name '*.new' -exec grep -lF -e "-A $key -s " {} + || true)
  [ -n "$transferred_from" ] || return 0
  read -r _ whose <"$transferred_from"
  if [ "${whose%/*}" != "${OWNER%/*}" ] && [ -z "$ADOPT" ]; then
    fail "virtual service $key belongs to $whose, so $OWNER cannot have it: choose another, or set adopt: true"
  fi
  exists=
  ours=$ours$NEWLINE$(grep -F -e "-A $key -s " -e "-a $key -r " "$transferred_from")
}

# "-t 10.10.10.100:80" or "-f 1 -6" out of the desired lines.
service_key() {
  first=${desired%%"$NEWLINE"*}
  first=${first#-A }
  printf '%s\n' "${first%% -s *}"
}

# Prints the keys of the services among lines of ipvsadm.
service_keys() {
  sed -n 's/^-A \(.*\) -s .*/\1/p'
}

# service_part LETTERS: prints the lines of "changes" that begin with one of these letters. Usually all do, or none.
service_part() {
  case $NEWLINE$changes in
    *"$NEWLINE-"$1*) ;;
    *) return 0 ;;
  esac
  IFS=$NEWLINE # in the subshell that this is called in
  for change in $changes; do
    case $change in -$1*) printf '%s\n' "$change" ;; esac
  done
}

# members_of LINES: the address and port of each.
members_of() {
  printf '%s\n' "$1" | sed -n 's/^-[ad] .* -r \([^ ]*\).*/\1/p'
}

# service_do LINES: some errors do not show in ipvsadm's status, so results are read back.
service_do() {
  [ -n "$1" ] || return 0
  say_each "+ ipvsadm" "$1"
  printf '%s\n' "$1" | ipvsadm -R || true
  case ${desired-} in '-A -u '*' -o'*) ;; *) service_flows "$1" ;; esac
}

# service_flows LINES: says that UDP flows stay at a member with weight 0, because UDP has no connections.
service_flows() {
  case $1 in
    *'-e -u '*' -w 0'*)
      ! printf '%s\n' "$1" | grep -q '^-e -u .* -w 0\( \|$\)' || say "ipvs-lab: weight 0 takes no new flows of UDP; one under way stays until nothing has come for timeouts.udp (300 s, unless a Director sets it); onePacket: true moves every packet"
      ;;
  esac
}

# service_edit LINES: changes the service itself. While one scheduler replaces another, the kernel has none for a
# moment, and refuses new connections with ICMP port unreachable. Without that answer, clients retry a second later.
service_edit() {
  [ -n "$1" ] || return 0
  service_suppress_icmp "$key"
  service_do "$1"
  service_restore_icmp
}

# service_suppress_icmp KEYS: until service_restore_icmp, clients of these services get no ICMP port unreachable.
service_suppress_icmp() {
  rules=$(printf '%s\n' "$1" | awk "$AWK_SERVICE_SUPPRESS_ICMP")
  # If this run is killed, the next one restores it.
  : >"$RUN/silent"
  trap service_restore_icmp EXIT
  nft -f - <<EOF
table inet ipvs_lab_silence {
  chain output {
    type filter hook output priority filter;
$rules
  }
}
EOF
}

service_restore_icmp() {
  trap - EXIT
  nft 'add table inet ipvs_lab_silence; delete table inet ipvs_lab_silence'
  [ ! -e "$RUN/silent" ] || rm -f "$RUN/silent"
}

# service_lines KEY: prints the lines of one service as the kernel has them now, in the format of the desired lines.
# ipvsadm -S leaves the thresholds out.
service_lines() {
  if no_services; then return 0; fi
  # "-t 10.10.10.100:80" is two words.
  for word in $1; do set -- "$@" "$word"; done
  shift
  limits=$(ipvsadm -Ln "$@" --thresholds 2>/dev/null) || return 0
  { printf '%s\n' "$limits" && ipvsadm -Sn; } | awk -v key="$*" "$AWK_SERVICE_LINES"
}

# True when IPVS has no service at all: the kernel's list has its three lines of headings alone.
no_services() {
  [ -r /proc/net/ip_vs ] && { read -r _ && read -r _ && read -r _ && ! read -r _; } </proc/net/ip_vs
}

# service_changes CURRENT OURS DESIRED: prints the ipvsadm lines that lead from the current to the desired state. A
# member that is no longer desired is removed if it was ours.
service_changes() {
  # Nothing to do, or all of it.
  if [ "$1" = "$3" ]; then return 0; fi
  if [ -z "$1" ]; then
    printf '%s\n' "$3"
    return
  fi
  printf '%s\n' @current "$1" @ours "$2" @desired "$3" | awk "$AWK_SERVICE_CHANGES"
}

# service_kept MEMBERS CURRENT OURS DESIRED: prints the desired lines, in which these members ("all", or some by address
# and port) keep a weight that somebody has set by hand, which is one that we never gave them.
service_kept() {
  printf '%s\n' @current "$2" @ours "$3" @desired "$4" | awk -v keep=" $1 " "$AWK_SERVICE_KEPT_WEIGHTS"
}

# drain MEMBERS SECONDS: gives these members no new connections, and existing ones time to end. The kernel cannot see
# the end of a UDP flow, so UDP gets no time.
drain() {
  case $2 in '' | *[!0-9]*) fail "the draining time \"$2\" is not a number of seconds" ;; esac
  if [ -z "$1" ] || [ "$2" -eq 0 ] || [ "${key%% *}" = -u ]; then return 0; fi
  service_do "$(service_lines "$key" | awk -v key="$key" -v leaving=" $(printf '%s' "$1" | tr '\n' ' ') " "$AWK_SERVICE_DRAIN")"
  drain_wait "$2" "$(printf '%s' "$1" | tr '\n' ' ')" active_connections "$1"
}

# drain_wait SECONDS WHOM COUNT…: waits until no active connections are left, at most so many seconds. The command COUNT
# prints the number of active connections, and of all.
drain_wait() {
  seconds=$1 whom=$2
  shift 2
  left=$("$@")
  [ "${left#* }" -gt 0 ] || return 0
  # Connections that are just being opened do not count as active yet.
  sleep 1
  begin=$(uptime_seconds)
  said=
  while left=$("$@") && left=${left% *} && [ "$left" -gt 0 ]; do
    waited=$(($(uptime_seconds) - begin))
    if [ "$waited" -ge "$seconds" ]; then
      say "ipvs-lab: $left connections are still active after $seconds s (drainTimeout) and are cut"
      break
    fi
    if [ "$((waited / 5))" != "$said" ]; then
      said=$((waited / 5))
      say "ipvs-lab: draining $whom: $left active connections, $((seconds - waited)) s at most"
    fi
    sleep 0.5
  done
}

active_connections() {
  with_words "$key" ipvsadm -Ln 2>/dev/null | awk -v members=" $(printf '%s' "$1" | tr '\n' ' ') " '
    $1 == "->" && index(members, " " $2 " ") { active += $5; all += $5 + $6 } END { print active + 0, all + 0 }'
}

service_in_place() {
  now=$(service_lines "$key")
  if [ "$now" = "$desired" ]; then return 0; fi
  left=$(printf '%s\n' @now "$now" @desired "$desired" | awk "$AWK_SERVICE_MISSING")
  [ -z "$left" ] ||
    fail "the kernel of $(uname -n) does not have \"$left\"; it has: $(printf '%s' "$now" | tr '\n' ';')$(service_hint "$left")"
}

# Prints the reason why a kernel refuses a line, if the line shows it.
service_hint() {
  case $1 in
    *' -s twos'*) printf '; scheduler twos is not in this Linux %s: Debian 12 builds it without, Debian 13 has it' "$(uname -r)" ;;
  esac
}
