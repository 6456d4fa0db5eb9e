# shellcheck shell=sh
# The first check results of the members of a keepalived service. A new member gets connections once it has passed a
# check, a member that is to leave stays until then, and a service without a live member is an error.

# keepalivedservice_checks TEXT: prints "MEMBER SECONDS CHECK" for each member that gets connections: the time that its
# first result may take at most, and the lines of its check with "|" between them.
keepalivedservice_checks() {
  printf '%s\n' "$1" | awk "$AWK_KEEPALIVEDSERVICE_FIRSTRESULT$AWK_KEEPALIVEDSERVICE_CHECKS"
}

# The members of "config" whose check is new. A service that does not exist has no earlier checks.
keepalivedservice_unproven() {
  known=
  if [ -n "$now" ]; then known=$(keepalivedservice_checks "$before"); fi
  keepalivedservice_checks "$config" | grep -vxF -- "$known" || true
}

# keepalivedservice_alpha TEXT MEMBERS: prints the configuration that keepalived has until all first checks are done. In
# it, these members count as dead until they pass, if they are not in the kernel yet. (An existing member with a changed
# check needs no such proof. "alpha" must not stay: after a crash, keepalived would leave members in the kernel that
# died meanwhile.)
keepalivedservice_alpha() {
  printf '%s\n' "$1" | awk -v new=" $(printf '%s\n' "$2" | grep -vxF -- "$there" | tr '\n' ' ')" "$AWK_KEEPALIVEDSERVICE_ALPHA"
}

# The first word of each line.
words_of() {
  printf '%s\n' "$1" | sed -n 's/ .*//p'
}

# live_members LINES: prints the members that get connections.
live_members() {
  printf '%s\n' "$1" | sed -n '/ -w 0\( \|$\)/!s/^-a .* -r \([^ ]*\).*/\1/p'
}

# Prints those of them that are desired, from "now".
keepalivedservice_alive() {
  printf '%s\n' "$now" @shall "$desired" | awk "$AWK_KEEPALIVEDSERVICE_ALIVE"
}

# Waits for the first result of each member with a new check. If no member is alive then, but one was before, everything
# is restored.
keepalivedservice_verdicts() {
  [ -n "$unproven" ] || return 0
  keepalived_unlock
  most=$(printf '%s\n' "$unproven" | awk '$2 > most { most = $2 } END { print most }')
  begin=$(uptime_seconds) tries=0
  missing=$(words_of "$unproven")
  while sleep 1 && keepalivedservice_open; do
    tries=$((tries + 1))
    if [ "$tries" -ge "$most" ] || [ $(($(uptime_seconds) - begin)) -ge "$most" ]; then break; fi
  done
  keepalived_lock
  now=$(service_lines "$key")
  differs=$(keepalivedservice_differs '')
  if [ -n "$lived" ] && [ -z "$(keepalivedservice_alive)" ]; then keepalivedservice_back; fi
}

# True while a result is missing: for a new member until it is in the kernel, for one with a changed check until its
# time is up.
keepalivedservice_open() {
  in=$NEWLINE
  shown=$(with_words "$key" ipvsadm -Ln 2>/dev/null || true)
  while read -r arrow member _ weight _; do
    if [ "$arrow" = '->' ] && [ "$weight" != 0 ]; then in=$in$member$NEWLINE; fi
  done <<EOF
$shown
EOF
  for member in $missing; do
    was='' is=''
    case $NEWLINE$there$NEWLINE in *"$NEWLINE$member$NEWLINE"*) was=yes ;; esac
    case $in in *"$NEWLINE$member$NEWLINE"*) is=yes ;; esac
    [ "$was" != "$is" ] || return 0
  done
  return 1
}

keepalivedservice_back() {
  why=$(keepalivedservice_reasons)
  new=$(members_of "$desired" | grep -vxF -- "$(members_of "$ours")" || true)
  if [ -n "${table-}" ]; then
    keepalived_give_back "$table_file.away" "$table_file" "$key"
    run rm -f "$path" "$table_file.away"
    keepalived_reload
    release "$key"
  elif cut_before; then
    put_file "$path" "$before$NEWLINE" 600 root
    keepalived_reload
  else
    desired=$ours
    # A member that was out before stays out.
    keepalivedservice_put "$(keepalivedservice_alpha "$before" "$(live_members "$ours")")" "$new"
    put_file "$path" "$before$NEWLINE" 600 root
    find_record "$key"
    { printf '%s\n' "$record" >"$RECORD_FILE.new" && mv "$RECORD_FILE.new" "$RECORD_FILE"; } || write_failed "$RECORD_FILE" "$RECORD_FILE.new"
  fi
  if [ -n "$leaving" ]; then
    fail "none of the new members passes its check: $why; $(printf '%s\n' "$lived" | tr '\n' ' ')stays"
  fi
  fail "no member of virtual service $key passes its check: $why; it stays as it was"
}

# True when the change before this one was cut off.
cut_before() {
  case $record in
    *"${NEWLINE}generation unfinished$NEWLINE"*) return 0 ;;
  esac
  return 1
}

# sorry_server TEXT: prints the address and port of a configuration's sorry server.
sorry_server() {
  printf '%s\n' "$1" | awk '$1 == "sorry_server" { print ($2 ~ /:/ ? "[" $2 "]" : $2) ":" $3 }'
}

# A service without a live member is an error, unless a sorry server stands in. A new service is removed again, because
# after the error Pulumi's state does not have it.
keepalivedservice_lives() {
  [ -z "$(keepalivedservice_alive)" ] || return 0
  why=$(keepalivedservice_reasons)
  sorry=$(sorry_server "$config")
  if [ -n "$sorry" ] && live_members "$now" | grep -qxF -- "$sorry"; then
    say "ipvs-lab: warning: sorry server $sorry answers in place of all members of virtual service $key: $why"
    return
  fi
  [ -z "$existed" ] || fail "no member of virtual service $key lives: $why"
  keepalivedservice_withdraw
  fail "no member of virtual service $key lives, so it is not made: $why"
}

# Prints "MEMBER (REASON); …" for the members that are out. keepalived logs little about the reason, and nothing about a
# member that was never alive.
keepalivedservice_reasons() {
  out=$(members_of "$(printf '%s\n' "$desired" | grep -v ' -w 0\( \|$\)')" | grep -vxF -- "$(live_members "$now")" || true)
  keepalivedservice_checks "$config" | {
    while read -r checked _ how; do
      case $NEWLINE$out$NEWLINE in
        *"$NEWLINE$checked$NEWLINE"*) printf '%s (%s)\n' "$checked" "$(keepalivedservice_reason "$checked" "$how")" & ;;
      esac
    done
    wait
  } | sort | awk '{ printf "%s%s", (NR > 1 ? "; " : ""), $0 }'
}

# keepalivedservice_reason MEMBER CHECK: makes the check once more, and prints the reason why it fails.
keepalivedservice_reason() {
  member=$1 check=$2
  limit=$(check_word connect_timeout)
  port=$(check_word connect_port)
  at=${member%:*}:${port:-${member##*:}}
  host=$(check_word virtualhost)
  path=$(check_word path)
  set -- -q --noproxy '*' -sSkv -m $((${limit:-1} + 1)) -o /dev/null -w '= %{http_code} %{time_connect} %{errormsg}\n'
  [ -z "$host" ] || set -- "$@" -H "Host: $host" --connect-to "::$at"
  case $check in
    MISC*) keepalivedservice_command ;;
    TCP*) curl "$@" "telnet://$at" </dev/null 2>&1 | keepalivedservice_said '' ;;
    DNS*) printf 'its name server does not answer %s %s without an error' "$(check_word type)" "$(check_word name)" ;;
    SMTP*) curl "$@" "telnet://$at" </dev/null 2>&1 | keepalivedservice_said '' | sed 's/^it answers now$/it accepts connections, and does not greet as a mail server does/' ;;
    UDP*)
      case "$check|" in
        *'|require_reply '*) printf 'no answer over UDP that begins with %s' "$(check_word require_reply)" ;;
        *'|require_reply|'*) printf 'no answer over UDP within %s s' "$limit" ;;
        *) printf 'ICMP says that it cannot be reached over UDP' ;;
      esac
      ;;
    PING*) printf 'no answer to a ping within %s s' "$limit" ;;
    SSL*) curl "$@" "https://${host:-${at%:*}}:${at##*:}$path" 2>&1 | keepalivedservice_said "$(check_word status_code)" ;;
    *) curl "$@" "http://$at$path" 2>&1 | keepalivedservice_said "$(check_word status_code)" ;;
  esac
}

keepalivedservice_command() {
  command=$(check_word misc_path)
  command=${command#\"}
  status=0
  with_words "${command%\"}" timeout "$(check_word misc_timeout)" >/dev/null 2>&1 </dev/null || status=$?
  case $status in
    0) printf 'its program ends with status 0 now' ;;
    124) printf 'its program takes more than %s s' "$(check_word misc_timeout)" ;;
    *) printf 'its program ends with status %s' "$status" ;;
  esac
}

# keepalivedservice_said CODES: prints the reason from curl's output.
keepalivedservice_said() {
  awk -v codes="$1" "$AWK_KEEPALIVEDSERVICE_CURL_REASON"
}

# check_word WORD: prints the value after that word in "check".
check_word() {
  rest="|$check"
  case $rest in *"|$1 "*) ;; *) return 0 ;; esac
  rest=${rest#*"|$1 "}
  printf '%s' "${rest%%|*}"
}
