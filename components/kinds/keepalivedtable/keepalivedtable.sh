# shellcheck shell=sh
# Many virtual services that keepalived writes into the kernel, and whose members it checks, as one object with one file.
# The desired state comes as the lines of `ipvsadm -R`, as in servicetable.sh, with "inhibit NAME" for members that get
# weight 0 when they fail; after an empty line, keepalived's configuration in short (expand.awk). Tables are long, so
# each step is a single awk program, and what they read is in files of a folder of this run.
#   keepalivedtable apply|remove OWNER INSTANCE FILE SECONDS [exclusive]
# With "exclusive", members that others have added are removed. keepalived knows nothing of them.

keepalivedtable_apply() {
  keepalivedtable_desired "$@"
  [ -f "$KEEPALIVED/$instance.conf" ] || fail "$(uname -n) has no keepalived $instance"
  stale=
  if cut_off "$OWNER"; then
    service_restore_icmp
    # The file may have something that keepalived has not read.
    stale=yes
  fi
  keepalivedtable_plan
  if [ -n "$plan" ] || ! cmp -s "$work/config" "$path"; then
    keepalived_test "$(cat "$work/config")" "$what"
    # That does not check programs.
    allowed_checks "$(cat "$work/config")"
  fi
  # Until this is done, both the earlier and the desired services count as ours, so that a run that is cut off leaves
  # none behind.
  ours=$(servicetable_part own)
  acquire "$OWNER" "$what" no "$ours${ours:+${kept:+$NEWLINE}}$kept" "$work/desired"
  keepalivedtable_end_plain
  case ${plan%%"$NEWLINE"*} in *" masquerade6 "*) share_forwarding6 ;; esac
  if grep -q 'PING_CHECK {' "$work/config"; then keepalived_may_ping; fi
  edits=$(servicetable_part edit)
  # While keepalived changes a service itself, new connections would be refused as in service_edit.
  [ -z "$edits" ] || service_suppress_icmp "$(printf '%s\n' "$edits" | sed -n 's/^-E \(.*\) -s .*/\1/p')"
  busy=$(servicetable_part wait)
  if [ "$seconds" = 0 ]; then busy=; fi
  if [ -s "$work/new" ] || [ -n "$busy" ]; then
    # New members are in place and alive before others leave.
    keepalivedtable_put between
    keepalivedtable_results
    if [ -n "$busy" ]; then keepalivedtable_drain; fi
  fi
  if [ -s "$work/new" ] && [ ! -s "$work/gone" ]; then
    # The file still differs only in what matters for first results.
    keepalivedtable_write config
  else
    keepalivedtable_put config
  fi
  keepalivedtable_take_records
  [ -z "$busy" ] || servicetable_do "$(servicetable_part original)"
  keepalivedtable_settle
  [ -z "$edits" ] || service_restore_icmp
  release_references
  commit "$OWNER" "$kept" "$(sha256sum "$path")" "$work/desired"
  keepalivedtable_say
  rm -rf "$work"
}

keepalivedtable_remove() {
  keepalivedtable_desired "$@"
  keepalivedtable_find_plain
  if [ -n "$plain" ] || mine "$OWNER"; then
    if cut_off "$OWNER"; then service_restore_icmp; fi
    find_record "$OWNER"
    [ ! -f "$RECORD_FILE" ] || bgp_leave "$(service_keys <"$RECORD_FILE")"
    : >"$work/lines"
    : >"$work/desired"
    : >"$work/config"
    keepalivedtable_plan
    busy=$(servicetable_part wait)
    # Other changes need not wait for these connections to end before keepalived reads their files.
    flock -u 8
    if [ -n "$busy" ] && [ "$seconds" != 0 ]; then keepalivedtable_drain; fi
    flock -sn 8 || true
    run rm -f "$path" "$path.new" "$path.away"
    keepalivedtable_take_files
    if systemctl -q is-active "$unit"; then
      keepalived_read
      tries=0
      while [ -n "$(keepalivedtable_left)" ] && [ "$tries" -lt 60 ]; do
        tries=$((tries + 1))
        sleep 0.5
      done
    fi
    # A keepalived that was killed has removed nothing from the kernel.
    servicetable_do "$(keepalivedtable_left | sed 's/^/-D /')"
    keepalivedtable_take_records
    keepalivedtable_end_plain
  fi
  release_references
  release "$OWNER"
  rm -rf "$work"
}

# Sets the paths, and splits the standard input into the files "desired", "lines" and "config".
keepalivedtable_desired() {
  instance=$1 seconds=$3 exclusive=${4-}
  case $seconds in '' | *[!0-9]*) fail "the draining time \"$seconds\" is not a number of seconds" ;; esac
  keepalived_places
  path=$KEEPALIVED/$instance/$2.conf
  key=$OWNER what="table $OWNER"
  # Its name begins with a dot, so that observe does not take its files for records.
  work=$RUN/.table/$REFERENCE
  rm -rf "$work"
  make_folder "$work"
  trap 'rm -rf "$work"' EXIT
  awk -v desired="$work/desired" -v lines="$work/lines" '
    !body && $0 == "" { body = 1; next }
    body { print; next }
    { print >desired }
    /^-/ { print >lines }' | awk "$AWK_KEEPALIVEDTABLE_EXPAND" >"$work/config" || write_failed "$work/config"
  for file in desired lines; do [ -e "$work/$file" ] || : >"$work/$file"; done
}

# Reads the kernel's services into the file "now".
keepalivedtable_now() {
  servicetable_now '' >"$work/now" || write_failed "$work/now"
}

# Sets "plan" as in servicetable.sh, and writes the files "was" (the kernel's services), "gone" (the names that leave),
# "checks" and "new" (the names of members whose check is new), "between" and "config" (keepalived's configuration until
# the first results are known, and afterwards).
keepalivedtable_plan() {
  keepalivedtable_now
  cp "$work/now" "$work/was"
  keepalivedtable_find_plain
  read_owner "$OWNER"
  detect_return "$OWNER"
  [ ! -f "$RECORD_FILE" ] || cp "$RECORD_FILE" "$work/record"
  unfinished=
  if cut_off "$OWNER"; then unfinished=yes; fi
  read -r machine </proc/sys/kernel/hostname
  set -- part=@desired "$work/lines"
  [ ! -f "$RECORD_FILE" ] || set -- "$@" part=@ours "$RECORD_FILE"
  [ -z "$plain" ] || set -- "$@" part=@ours "$plain"
  keepalivedtable_theirs >"$work/theirs"
  : >"$work/earlier"
  [ ! -f "$path" ] || cp "$path" "$work/earlier"
  : >"$work/sorry"
  [ -z "$exclusive" ] || awk "$AWK_KEEPALIVEDTABLE_BLOCKS$AWK_KEEPALIVEDTABLE_SORRY" "$work/earlier" "$work/config" >"$work/sorry"
  plan=$({ echo @theirs && cat "$work/theirs" && echo @sorry && cat "$work/sorry" "$work/now" && echo @end; } |
    OWNER=$OWNER ADOPT=$ADOPT UNFINISHED=$unfinished RETURNED=${RETURNED:-} KEEP='' EXCLUSIVE=$exclusive TRANSFERS=${transfers-} MACHINE=$machine awk "$AWK_SERVICETABLE_LINES$AWK_SERVICETABLE_PLAN" "$@" -)
  refused=$(servicetable_part refuse)
  [ -z "$refused" ] || fail "$(servicetable_first "$refused")"
  cp "$work/earlier" "$work/own"
  keepalivedtable_take
  kept=$(servicetable_part keep)
  [ -z "$kept" ] || keepalivedtable_blocks "$(keepalivedtable_kept_keys)" only <"$work/own" >>"$work/config"
  # What another object has by now is no longer the table's to remove.
  servicetable_part remove | awk "$AWK_SERVICETABLE_LINES"'
    part == "theirs" { sub(/.*\t/, ""); if (/^-A/) foreign[named($0)] = 1; next }
    part == "desired" { if (/^-A/) delete foreign[named($0)]; next }
    { sub(/^-[dD] /, ""); if (!(key_of($0) in foreign)) print }' \
    part=theirs "$work/theirs" part=desired "$work/lines" part=gone - >"$work/gone"
  { echo @now && cat "$work/was" && echo @before && cat "$work/earlier" && echo @config && cat "$work/config"; } |
    awk "$AWK_KEEPALIVEDTABLE_BLOCKS$AWK_KEEPALIVEDSERVICE_FIRSTRESULT$AWK_KEEPALIVEDTABLE_CHECKS" >"$work/checks"
  sed -n "s/$TAB.*${TAB}new\$//p" "$work/checks" >"$work/new"
  sed -n 's/^-a \(.* -r [^ ]*\) .*/\1/p' "$work/was" >"$work/there"
  { echo @alpha && { grep -vxFf "$work/there" "$work/new" || true; } && echo @leaving && keepalivedtable_leaving &&
    echo @before && cat "$work/earlier" && echo @config && cat "$work/config"; } |
    awk "$AWK_KEEPALIVEDTABLE_BLOCKS$AWK_KEEPALIVEDTABLE_BETWEEN" >"$work/between"
}

# Prints the names of members that leave, also with their service.
keepalivedtable_leaving() {
  servicetable_part wait
  sed -n '/ -r /p' "$work/gone"
}

# Prints the lines of other records, as servicetable_theirs does.
keepalivedtable_theirs() {
  set -- -not -name '*.new'
  for file in "$RECORD_FILE" "$plain"; do
    [ ! -f "$file" ] || set -- "$@" -not -samefile "$file"
  done
  make_folder "$RUN/service" "$RUN/servicetable" "$LIB/keepalivedservice" "$LIB/keepalivedtable"
  find "$RUN/service" "$RUN/servicetable" "$LIB/keepalivedservice" "$LIB/keepalivedtable" -type f "$@" -exec awk "$AWK_SERVICETABLE_THEIRS" '{}' +
}

# keepalivedtable_put NAME: has keepalived read this file of the run.
keepalivedtable_put() {
  max_tries=0
  if ! cmp -s "$work/$1" "$path"; then
    keepalivedtable_write "$1"
    stale=yes
  fi
  if [ -n "$taken" ] && [ -z "$moved" ]; then
    keepalivedtable_take_files
    stale=yes
  fi
  if [ -n "$stale" ] || [ -e "$unread" ]; then
    stale='' max_tries=60
    if [ -n "$edits" ]; then keepalived_reload; else keepalived_read; fi
  fi
}

# keepalivedtable_write NAME: the same without keepalived.
keepalivedtable_write() {
  { cp "$work/$1" "$path.new" && mv "$path.new" "$path"; } || write_failed "$path" "$path.new"
  say "+ write $path"
}

keepalivedtable_drain() {
  servicetable_do "$(servicetable_part fallback)"
  servicetable_do "$(servicetable_part drain)"
  drain_wait "$seconds" "$(servicetable_first "$busy")" servicetable_busy
}

# Waits until the kernel has the desired state, and repairs what keepalived leaves. It does not wait for missing
# members, whose check may have failed.
keepalivedtable_settle() {
  keepalivedtable_wait
  keepalivedtable_again
  repairs=$(printf '%s\n' "$differs" | sed -n "s/^edit //p; s/^stays \(.* -r .*\)/-d \1/p; s/^stays /-D /p")
  if [ -n "$repairs" ]; then
    # keepalived 2.2.7 does not change the thresholds of existing members, nor what somebody changed by hand.
    servicetable_do "$repairs"
    max_tries=0
    keepalivedtable_wait
  fi
  wrong=$(printf '%s\n' "$differs" | sed '/^absent /d')
  [ -z "$wrong" ] || keepalived_fail "the kernel of $(uname -n) has $what otherwise: $(servicetable_first "$wrong")"
}

# Sets "differs".
keepalivedtable_wait() {
  tries=0
  while
    keepalivedtable_now
    differs=$(keepalivedtable_differs)
    case $differs in
      "gone "* | *"${NEWLINE}gone "*) [ "$tries" -lt "$max_tries" ] ;;
      "edit "* | *"${NEWLINE}edit "* | "stays "* | *"${NEWLINE}stays "*) [ "$tries" -lt "$max_tries" ] && [ "$tries" -lt 6 ] ;;
      *) false ;;
    esac
  do
    tries=$((tries + 1))
    sleep 0.5
  done
}

keepalivedtable_differs() {
  { cat "$work/now" && echo @gone && cat "$work/gone" && echo @desired && cat "$work/desired"; } |
    awk "$AWK_SERVICETABLE_LINES$AWK_KEEPALIVEDTABLE_DIFFERS"
}

# Makes deleted services again. keepalived assumes that what it has made once is still there, so these are left out of
# the file for one reload, after which it has forgotten them.
keepalivedtable_again() {
  round=0
  while lacks=$(printf '%s\n' "$differs" | sed -n 's/^gone //p') && [ -n "$lacks" ] && [ "$round" -lt 3 ]; do
    round=$((round + 1))
    keepalivedtable_blocks "$lacks" <"$work/config" >"$work/without"
    keepalivedtable_put without
    sleep "$round"
    keepalivedtable_put config
    keepalivedtable_wait
  done
}

# Prints the services of the table that the kernel still has.
keepalivedtable_left() {
  sed -n '/ -r /!p' "$work/gone" >"$work/keys"
  ipvsadm -Sn 2>/dev/null | service_keys | grep -xFf "$work/keys" || true
}
