# shellcheck shell=sh
# A virtual service that keepalived writes into the kernel, and whose members it checks. The desired state comes as the
# lines of `ipvsadm -R`, as in service.sh, with "inhibit MEMBER" for members that get weight 0 when they fail; after an
# empty line, keepalived's configuration.
#   keepalivedservice apply|remove OWNER INSTANCE FILE SECONDS [exclusive]
# With "exclusive", members that others have added are removed. keepalived knows nothing of them.

keepalivedservice_apply() {
  keepalivedservice_desired "$@"
  [ -f "$KEEPALIVED/$instance.conf" ] || fail "$(uname -n) has no keepalived $instance"
  now=$(service_lines "$key")
  ours=$(recorded_settings "$key")
  before=
  [ ! -f "$path" ] || before=$(cat "$path")
  keepalivedservice_from_table
  existed=$now$before
  leaving='' unproven='' draining='' fallback=''
  stale=
  if cut_off "$key"; then
    service_restore_icmp
    # The files may have something that keepalived has not read.
    stale=yes
  fi
  if [ -z "$now" ] || [ "$config" != "$before" ] || [ "$desired" != "$ours" ]; then keepalivedservice_changes; fi
  acquire "$key" "virtual service $key" "$([ -n "$table" ] || yes_if test -n "$now")" "$ours$NEWLINE$desired"
  service_setup "$desired"
  keepalivedservice_ping
  if [ -n "$unproven$draining" ]; then
    # New members are in place and alive before others leave.
    staying=$(keepalivedservice_leaving "$leaving" "$ours")
    keepalivedservice_put "$(keepalivedservice_alpha "$config" "$(words_of "$unproven")" | sed '$d')$NEWLINE$staying${staying:+$NEWLINE}}" ''
    keepalivedservice_verdicts
    [ -z "$leaving" ] || service_use_fallback "$seconds"
    drain "$leaving" "$seconds"
  fi
  if [ -n "$unproven" ] && [ -z "$leaving" ]; then
    # These differences matter only for the first checks, which are over.
    put_file "$path" "$config$NEWLINE" 600 root
  else
    keepalivedservice_put "$config" "$leaving"
    [ -z "$fallback" ] || service_do "-E${head#-A}"
  fi
  if [ -n "$table" ]; then
    keepalivedtable_drop "$table" "$key"
    rm -f "$table_file.away"
  fi
  [ -z "${4-}" ] || keepalivedservice_drop_added
  [ -z "$differs" ] || printf '%s\n' "$differs" | sed -n "s/^absent /ipvs-lab: taken out, as its check fails: /p" 2>/dev/null || discard_output
  # Restoring a setting overwrites "now".
  lines=$now
  release_references
  now=$lines
  commit "$key" "$desired" "$(sha256sum "$path")"
  keepalivedservice_lives
}

# A service that moves out of a table of the same stack is transferred. Sets "table" to the record of that table.
keepalivedservice_from_table() {
  table='' left=
  set +f
  set -- "$LIB"/keepalivedtable/*
  set -f
  [ -e "$1" ] || return 0
  table=$(find "$LIB/keepalivedtable" -type f -not -name '*.new' -exec grep -lF -e "-A $key -s " {} + || true)
  [ -n "$table" ] || return 0
  read -r _ whose <"$table"
  [ "${whose%/*}" = "${OWNER%/*}" ] || fail "virtual service $key belongs to $whose, so $OWNER cannot have it: remove it there first"
  table_file=$(keepalived_file_of "$table")
  case $table_file in
    "$KEEPALIVED/$instance"/*) ;;
    *) fail "virtual service $key is in another keepalived ($table_file): remove it there with an update of its own" ;;
  esac
  ours=$ours${ours:+$NEWLINE}$(KEY=$key awk "$AWK_KEEPALIVEDSERVICE_OFTABLE" "$table")
  [ -n "$before" ] || [ ! -f "$table_file" ] || before=$(keepalivedtable_blocks "$key" only <"$table_file")
}

# The table's file loses the service, after this one's file has it and before keepalived reads either.
keepalivedservice_leave_table() {
  if [ -z "${table-}" ] || [ -n "$left" ]; then return 0; fi
  left=yes changed=yes
  if [ ! -f "$table_file" ]; then return 0; fi
  cp "$table_file" "$table_file.away"
  keepalived_drop_blocks "$table_file" "$key"
}

# Removes the members that others have added: all but the desired ones and the sorry server.
keepalivedservice_drop_added() {
  added=$(members_of "$(service_lines "$key")" | grep -vxF -- "$(members_of "$desired")$NEWLINE$(sorry_server "$config")" || true)
  [ -n "$added" ] || return 0
  fallback=
  service_use_fallback "$seconds"
  drain "$added" "$seconds"
  service_do "$(for member in $added; do printf '%s\n' "-d $key -r $member"; done)"
  [ -z "$fallback" ] || service_do "-E${head#-A}"
}

# Finds the change: the members that leave, and those that must pass a check before that.
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
  bgp_leave "$key"
  # Other changes need not wait for these connections to end before keepalived reads their files.
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
  # A keepalived that was killed has removed nothing from the kernel.
  if [ -n "$(service_lines "$key")" ]; then
    service_do "-D $key"
  fi
  # Not even what this run has asked for is needed any more.
  REQUESTED=''
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
  # That does not check programs.
  allowed_checks "$config"
}

keepalivedservice_ping() {
  case $config in *"PING_CHECK {"*) ;; *) return 0 ;; esac
  # Sharing a setting overwrites "now".
  lines=$now
  keepalived_may_ping
  now=$lines
}

# keepalivedservice_leaving MEMBERS LINES: prints keepalived's configuration of members that leave: without checks, and
# with the weight that they keep until others are alive.
keepalivedservice_leaving() {
  printf '%s\n' "$2" | awk -v key="$key" -v leaving=" $(printf '%s' "$1" | tr '\n' ' ') " "$AWK_KEEPALIVEDSERVICE_LEAVING"
}

# keepalivedservice_put TEXT GONE: has keepalived read this text and change the kernel's table. A member that it removes
# because its check fails does not count as a difference.
keepalivedservice_put() {
  changed=${stale-} max_tries=0 silent=
  stale=
  head=$(printf '%s\n' "$desired" | grep '^-A')
  # While keepalived changes the service itself, new connections would be refused as in service_edit.
  if [ -n "$now" ] && ! printf '%s\n' "$now" | grep -qxF -- "$head"; then
    silent=yes
    service_suppress_icmp "$key"
  fi
  put_file "$path" "$1$NEWLINE" 600 root
  keepalivedservice_leave_table
  if [ -n "$changed" ] || [ -e "$unread" ]; then
    max_tries=30
    if [ -n "$silent" ]; then keepalived_reload; else keepalived_read; fi
  fi
  keepalivedservice_wait "$2"
  keepalivedservice_again "$2"
  case $differs in
    edit* | stays*)
      # keepalived 2.2.7 does not change the thresholds of existing members, nor what somebody changed by hand.
      service_do "$(printf '%s\n' "$differs" | sed -n 's/^edit //p')"
      service_do "$(for member in $(printf '%s\n' "$differs" | sed -n 's/^stays //p'); do printf '%s\n' "-d $key -r $member"; done)"
      max_tries=0
      keepalivedservice_wait "$2"
      ;;
  esac
  [ -z "$silent" ] || service_restore_icmp
  case $differs in
    gone*) keepalived_fail "the kernel of $(uname -n) does not have virtual service $key" ;;
    edit* | stays*) keepalived_fail "the kernel of $(uname -n) has virtual service $key otherwise (${differs%%"$NEWLINE"*})" ;;
  esac
}

# keepalivedservice_again GONE: makes a deleted service again. keepalived assumes that what it has made once is still
# there, so its file is removed for one reload, after which keepalived has forgotten the service.
keepalivedservice_again() {
  round=0
  while [ "$differs" = gone ] && [ "$round" -lt 3 ]; do
    round=$((round + 1)) max_tries=20
    run mv "$path" "$path.away"
    keepalived_reload
    sleep "$round"
    run mv "$path.away" "$path"
    keepalived_reload
    keepalivedservice_wait "$1"
  done
}

# keepalivedservice_wait GONE: waits a while until the kernel has the desired state. Sets "now" and "differs". It does
# not wait for a missing member, which may be about to be checked or may have failed.
keepalivedservice_wait() {
  tries=0
  while
    now=$(service_lines "$key")
    differs=$(keepalivedservice_differs "$1")
    case $differs in '' | absent*) false ;; *) [ "$tries" -lt "$max_tries" ] ;; esac
  do
    # The caller repairs the rest.
    [ "$differs" = gone ] || [ "$tries" -lt 6 ] || break
    tries=$((tries + 1))
    sleep 0.5
  done
}

# keepalivedservice_differs GONE: prints "gone" if there is no such service; else "edit LINE" for different options,
# "stays MEMBER" for members that should be gone, and last "absent MEMBER" for missing members. The flag that a service
# has while members drain ("fallback") is not a difference.
keepalivedservice_differs() {
  printf '%s\n' "$now" @shall "$desired" | GONE="$NEWLINE$1$NEWLINE" FALLBACK=${fallback-} awk -v key="$key" "$AWK_KEEPALIVEDSERVICE_DIFFERS"
}
