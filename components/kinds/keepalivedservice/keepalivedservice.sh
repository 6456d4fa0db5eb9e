# shellcheck shell=sh
# A virtual service that keepalived writes into the kernel, and whose members it checks. What is desired
# comes as the lines of `ipvsadm -R`, as in service.sh, with "inhibit MEMBER" for those that fail with
# weight 0; behind an empty line, what keepalived reads.
#   keepalivedservice apply|remove OWNER INSTANCE FILE SECONDS

keepalivedservice_apply() {
  keepalivedservice_desired "$@"
  [ -f "$KEEPALIVED/$instance.conf" ] || fail "$(uname -n) has no keepalived $instance"
  now=$(service_lines "$key")
  ours=$(recorded_settings "$key")
  before=
  [ ! -f "$path" ] || before=$(cat "$path")
  existed=$now$before
  leaving='' unproven='' draining='' fallback=''
  stale=
  if cut_off "$key"; then
    service_restore_icmp
    # What keepalived has not read may be in its files.
    stale=yes
  fi
  if [ -z "$now" ] || [ "$config" != "$before" ] || [ "$desired" != "$ours" ]; then keepalivedservice_changes; fi
  acquire "$key" "virtual service $key" "$(yes_if test -n "$now")" "$ours$NEWLINE$desired"
  service_setup "$desired"
  if [ -n "$unproven$draining" ]; then
    # Who comes is there, and lives, before who leaves is sent away.
    staying=$(keepalivedservice_leaving "$leaving" "$ours")
    keepalivedservice_put "$(keepalivedservice_alpha "$config" "$(words_of "$unproven")" | sed '$d')$NEWLINE$staying${staying:+$NEWLINE}}" ''
    keepalivedservice_verdicts
    [ -z "$leaving" ] || service_use_fallback "$seconds"
    drain "$leaving" "$seconds"
  fi
  if [ -n "$unproven" ] && [ -z "$leaving" ]; then
    # What differs counts for first checks only, and those are over.
    put_file "$path" "$config$NEWLINE" 600 root
  else
    keepalivedservice_put "$config" "$leaving"
    [ -z "$fallback" ] || service_do "-E${head#-A}"
  fi
  [ -z "$differs" ] || printf '%s\n' "$differs" | sed -n "s/^absent /ipvs-lab: taken out, as its check fails: /p" 2>/dev/null || discard_output
  release_references
  commit "$key" "$desired" "$(sha256sum "$path")"
  keepalivedservice_lives
}

# Finds the change: the members that leave, and those to be proven before that.
keepalivedservice_changes() {
  keepalivedservice_test
  find_record "$key"
  record=
  [ ! -f "$RECORD_FILE" ] || record=$(cat "$RECORD_FILE")
  leaving=$(service_changes "$now" "$ours" "$(printf '%s\n' "$desired" | grep '^-')" | sed -n '/^-d/p')
  leaving=$(members_of "$leaving")
  if [ -n "$leaving" ] && [ "$seconds" != 0 ] && [ "${key%% *}" != -u ]; then draining=yes; fi
  there=$(live_members "$now")
  lived=$(printf '%s\n' "$there" | grep -xF -- "$(members_of "$ours")" || true)
  unproven=$(keepalivedservice_unproven)
}

keepalivedservice_remove() {
  keepalivedservice_desired "$@"
  if ! mine "$key"; then
    release "$key"
    return
  fi
  if cut_off "$key"; then service_restore_icmp; fi
  ours=$(members_of "$(recorded_settings "$key")$NEWLINE$desired" | sort -u)
  # Others need not wait for connections to end before they have their files read.
  flock -u 8
  drain "$(members_of "$(service_lines "$key")" | grep -xF -- "$ours" || true)" "$seconds"
  flock -sn 8 || true
  keepalivedservice_withdraw
}

keepalivedservice_withdraw() {
  run rm -f "$path" "$path.new" "$path.away"
  if systemctl -q is-active "$unit"; then
    keepalived_read
    tries=0
    while [ -n "$(service_lines "$key")" ] && [ "$tries" -lt 30 ]; do
      tries=$((tries + 1))
      sleep 0.5
    done
  fi
  # Who was killed took nothing along.
  if [ -n "$(service_lines "$key")" ]; then
    service_do "-D $key"
  fi
  release_references
  release "$key"
}

keepalivedservice_desired() {
  instance=$1 seconds=$3
  keepalived_places
  path=$KEEPALIVED/$instance/$2.conf
  desired=
  while IFS= read -r line && [ -n "$line" ]; do
    desired=$desired${desired:+$NEWLINE}$line
  done
  config=$(cat)
  key=$(service_key)
}

keepalivedservice_test() {
  keepalived_test "$config" "virtual service $key"
  # That says nothing of programs.
  allowed_checks "$config"
}

# keepalivedservice_leaving MEMBERS LINES: prints keepalived's configuration of members that go; without checks, and
# with the weight that they have until others live.
keepalivedservice_leaving() {
  printf '%s\n' "$2" | awk -v key="$key" -v leaving=" $(printf '%s' "$1" | tr '\n' ' ') " "$AWK_KEEPALIVEDSERVICE_LEAVING"
}

# keepalivedservice_put TEXT GONE: has keepalived read this and make the kernel's table so. Members that
# it takes out because their check fails are as they shall be.
keepalivedservice_put() {
  changed=${stale-} patience=0 silent=
  stale=
  head=$(printf '%s\n' "$desired" | grep '^-A')
  # While keepalived changes the service itself, connections fail as they do in service_edit.
  if [ -n "$now" ] && ! printf '%s\n' "$now" | grep -qxF -- "$head"; then
    silent=yes
    service_suppress_icmp "$key"
  fi
  put_file "$path" "$1$NEWLINE" 600 root
  if [ -n "$changed" ] || [ -e "$unread" ]; then
    patience=30
    if [ -n "$silent" ]; then keepalived_reload; else keepalived_read; fi
  fi
  keepalivedservice_wait "$2"
  keepalivedservice_again "$2"
  case $differs in
    edit* | stays*)
      # keepalived 2.2.7 leaves thresholds of members that it has as they are, and what somebody changed by hand.
      service_do "$(printf '%s\n' "$differs" | sed -n 's/^edit //p')"
      service_do "$(for member in $(printf '%s\n' "$differs" | sed -n 's/^stays //p'); do printf '%s\n' "-d $key -r $member"; done)"
      patience=0
      keepalivedservice_wait "$2"
      ;;
  esac
  [ -z "$silent" ] || service_restore_icmp
  case $differs in
    gone*) keepalived_fail "the kernel of $(uname -n) does not have virtual service $key" ;;
    edit* | stays*) keepalived_fail "the kernel of $(uname -n) has virtual service $key otherwise (${differs%%"$NEWLINE"*})" ;;
  esac
}

# keepalivedservice_again GONE: keepalived takes to be there what it has made once. It forgets a service
# that is not in its files.
keepalivedservice_again() {
  round=0
  while [ "$differs" = gone ] && [ "$round" -lt 3 ]; do
    round=$((round + 1)) patience=20
    run mv "$path" "$path.away"
    keepalived_reload
    sleep "$round"
    run mv "$path.away" "$path"
    keepalived_reload
    keepalivedservice_wait "$1"
  done
}

# keepalivedservice_wait GONE: for the kernel to have what is desired, for a while. Sets "now" and "differs". Who
# is not there may be about to be checked, or have failed, so that is not waited for.
keepalivedservice_wait() {
  tries=0
  while
    now=$(service_lines "$key")
    differs=$(keepalivedservice_differs "$1")
    case $differs in '' | absent*) false ;; *) [ "$tries" -lt "$patience" ] ;; esac
  do
    # The rest is put right below.
    [ "$differs" = gone ] || [ "$tries" -lt 6 ] || break
    tries=$((tries + 1))
    sleep 0.5
  done
}

# keepalivedservice_differs GONE: "gone" where there is no such service; else "edit LINE" for what has
# other options, "stays MEMBER" for who shall be gone, and last "absent MEMBER" for who is not there. What the
# service has while members drain ("fallback") is no other option.
keepalivedservice_differs() {
  printf '%s\n' "$now" @shall "$desired" | GONE="$NEWLINE$1$NEWLINE" FALLBACK=${fallback-} awk -v key="$key" "$AWK_KEEPALIVEDSERVICE_DIFFERS"
}
