# shellcheck shell=sh
# Many virtual services with their members, as one object. The desired state comes as the lines of `ipvsadm -R`: each
# service (-A), then its members (-a). One record covers all; it keeps the lines that were applied last. Tables are
# long, so each step is a single awk program. The script's words are
#   servicetable apply|remove OWNER SECONDS [all [exclusive]]
# with the time to drain, "all" if weights that are set by hand are kept, and "exclusive" if nobody else may have members
# in the table's services.

servicetable_apply() {
  servicetable_seconds "$1"
  keep=${2-} exclusive=${3-}
  servicetable_from_keepalived
  servicetable_begin
  # A file, because a shell is slow with a long text. It has no name, so that it disappears whatever happens.
  cat >"$RUN/desired" || write_failed "$RUN/desired" "$RUN/desired"
  exec 8<"$RUN/desired"
  rm "$RUN/desired"
  desired=/dev/fd/8
  read_owner "$OWNER"
  detect_return "$OWNER"
  servicetable_look
  # Until this is done, both the earlier and the desired services count as ours, so that a run that is cut off leaves
  # none behind.
  kept=$(servicetable_part keep)
  ours=$(servicetable_part own)
  # The weight 0 of a member that leaves counts as ours, so that after a run that was cut off it does not look as if set
  # by hand.
  if [ -n "$keep" ]; then
    weak=$(servicetable_part drain | sed 's/^-e/-a/')
    ours=$ours${ours:+${weak:+$NEWLINE}}$weak
  fi
  acquire "$OWNER" "table $OWNER" no "$ours${ours:+${kept:+$NEWLINE}}$kept" "$desired"
  servicetable_transfer "$(servicetable_part transfer)"
  case ${plan%%"$NEWLINE"*} in *" masquerade6 "*) share_forwarding6 ;; esac
  servicetable_change "$1"
  release_references
  commit "$OWNER" "$kept" '' "$desired"
}

# Sets "unfinished" where the last run was cut off.
servicetable_begin() {
  unfinished=
  if cut_off "$OWNER"; then
    unfinished=yes
    service_restore_icmp
  fi
}

servicetable_remove() {
  servicetable_seconds "$1"
  servicetable_from_keepalived
  find_record "$OWNER"
  if [ ! -s "$RECORD_FILE" ] && mine "$OWNER"; then
    # A reboot removed the record, and a configuration file of the machine's own has brought services back.
    make_folder "${RECORD_FILE%/*}"
    { printf 'owner %s\ngeneration unfinished\n\n' "$OWNER" && cat; } >"$RECORD_FILE" || write_failed "$RECORD_FILE" "$RECORD_FILE"
  fi
  cat >/dev/null
  # The machine's record counts: some services may have gone to others since Pulumi's state was written.
  if mine "$OWNER"; then
    servicetable_begin
    bgp_leave "$(service_keys <"$RECORD_FILE")"
    desired=/dev/null keep='' exclusive=${3-}
    servicetable_look
    servicetable_transfer "$(servicetable_part transfer)"
    servicetable_change "$1"
  fi
  release_references
  release "$OWNER"
}

# Sets "plan", and "limits" to "plain" where thresholds need not be listed: the table neither has nor had any,
# and the program has just looked and found it as it was made.
servicetable_look() {
  find_record "$OWNER"
  limits=
  if [ -n "$GENERATION" ] && [ -f "$RECORD_FILE" ] && ! grep -q -e ' -[xy] ' "$desired" "$RECORD_FILE"; then
    recorded_generation "$OWNER"
    [ "$made_for" != "$GENERATION" ] || limits=plain
  fi
  plan=$(servicetable_plan)
  refused=$(servicetable_part refuse)
  [ -z "$refused" ] || fail "$(servicetable_first "$refused")"
}

servicetable_seconds() {
  case $1 in '' | *[!0-9]*) fail "the draining time \"$1\" is not a number of seconds" ;; esac
}

# servicetable_part WORD: prints the plan's lines behind that word. The plan's first line has all its words, and a short
# plan is read by the shell itself: starting a program costs much on an emulated machine.
servicetable_part() {
  case ${plan%%"$NEWLINE"*} in
    *" $1 "*) ;;
    *) return 0 ;;
  esac
  if [ "${#plan}" -gt 10000 ]; then
    printf '%s\n' "$plan" | sed -n "s/^$1 //p"
    return
  fi
  IFS=$NEWLINE # in the subshell that this is called in
  for step in $plan; do
    case $step in "$1 "*) printf '%s\n' "${step#"$1 "}" ;; esac
  done
}

# servicetable_first LINES: the first ten on one line, and how many more.
servicetable_first() {
  printf '%s\n' "$1" | awk "$AWK_SERVICETABLE_FIRST"
}

# Prints the kernel's lines, behind "@limits" and "@now": ipvsadm -S leaves the thresholds out. With the word
# "plain" so does this.
servicetable_now() {
  if [ -z "${1-}" ]; then echo @limits && { ipvsadm -Ln --thresholds 2>/dev/null || true; }; fi
  echo @now && { ipvsadm -Sn 2>/dev/null || true; }
}

# Prints the lines of other records, as "OWNER<tab>FILE<tab>LINE". Services of keepalived are its own.
servicetable_theirs() {
  make_folder "$RUN/service" "$RUN/servicetable"
  set +f
  others=
  for file in "$RUN"/service/* "$RUN"/servicetable/*; do
    case $file in *.new | "$RECORD_FILE") ;; *) [ ! -f "$file" ] || others=yes ;; esac
  done
  set -f
  [ -n "$others" ] || return 0
  set --
  [ ! -f "$RECORD_FILE" ] || set -- -not -samefile "$RECORD_FILE"
  find "$RUN/service" "$RUN/servicetable" -type f -not -name '*.new' "$@" -exec awk "$AWK_SERVICETABLE_THEIRS" {} +
}

# Prints the plan that leads from what is there to what is desired: the lines of plan.awk.
servicetable_plan() {
  read -r machine </proc/sys/kernel/hostname
  set -- part=@desired "$desired"
  [ ! -f "$RECORD_FILE" ] || set -- "$@" part=@ours "$RECORD_FILE"
  { echo @theirs && servicetable_theirs && servicetable_now "$limits" && echo @end; } |
    OWNER=$OWNER ADOPT=$ADOPT UNFINISHED=$unfinished RETURNED=${RETURNED:-} KEEP=$keep EXCLUSIVE=$exclusive TRANSFERS=${transfers-} MACHINE=$machine awk "$AWK_SERVICETABLE_LINES$AWK_SERVICETABLE_PLAN" "$@" -
}

# servicetable_transfer LINES: "FILE<tab>KEY" each; that record loses the service.
servicetable_transfer() {
  [ -n "$1" ] || return 0
  printf '%s\n' "$1" | awk -F "$TAB" 'NR <= 20 { print "ipvs-lab: " $2 " changes hands" }' 2>/dev/null || discard_output
  records=$(printf '%s\n' "$1" | LIB=$LIB awk -F "$TAB" "$AWK_SERVICETABLE_SERVICE_RECORDS")
  [ -z "$records" ] || printf '%s\n' "$records" | tr '\n' '\0' | xargs -0 rm -f
  printf '%s\n' "$1" | sed -n "s|^\(.*/servicetable/[^/]*\)$TAB.*|\1|p" | sort -u | while IFS= read -r file; do
    servicetable_drop "$file" "$(printf '%s\n' "$1" | FROM=$file awk -F "$TAB" '$1 == ENVIRON["FROM"] { print $2 }')"
  done
}

# servicetable_drop FILE KEYS: a table's record loses these services.
servicetable_drop() {
  { printf '%s\n' "$2" | sed 's/^/drop /' && cat "$1"; } | awk "$AWK_SERVICETABLE_LINES$AWK_SERVICETABLE_DROP" >"$1.new" || write_failed "$1" "$1.new"
  mv "$1.new" "$1"
}

# servicetable_change SECONDS: carries out the plan, and verifies the result.
servicetable_change() {
  [ -n "$plan" ] || return 0
  edits=$(servicetable_part edit)
  if [ -n "$edits" ]; then
    service_suppress_icmp "$(printf '%s\n' "$edits" | sed -n 's/^-E \(.*\) -s .*/\1/p')"
    servicetable_do "$edits"
    service_restore_icmp
  fi
  # New members are added before others leave.
  servicetable_do "$(servicetable_part set)"
  busy=$(servicetable_part wait)
  if [ -n "$busy" ] && [ "$1" -gt 0 ]; then
    servicetable_do "$(servicetable_part fallback)"
    servicetable_do "$(servicetable_part drain)"
    drain_wait "$1" "$(servicetable_first "$busy")" servicetable_busy
  fi
  servicetable_do "$(servicetable_part remove)"
  if [ -n "$busy" ] && [ "$1" -gt 0 ]; then servicetable_do "$(servicetable_part original)"; fi
  stays=$(servicetable_part note)
  [ -z "$stays" ] || say "$stays"
  if servicetable_confirmed; then return 0; fi
  left=$(servicetable_left)
  [ -z "$left" ] || fail "the kernel of $(uname -n) did not take: $(servicetable_first "$left")$(service_hint "$left")"
}

# True when the kernel's own file shows all that the plan has changed. It does not show thresholds.
servicetable_confirmed() {
  case $plan in *' -x '* | *' -y '*) return 1 ;; esac
  [ -r /proc/net/ip_vs ] && [ -n "$(printf '%s\n' "$plan" | awk "$AWK_SERVICETABLE_CONFIRMED" - /proc/net/ip_vs)" ]
}

# Prints the lines of the plan that the kernel does not have afterwards.
servicetable_left() {
  case $plan in *' -x '* | *' -y '*) plain='' ;; *) plain=plain ;; esac
  { printf '%s\n' "$plan" && servicetable_now "$plain"; } | awk "$AWK_SERVICETABLE_LINES$AWK_SERVICETABLE_LEFT"
}

# servicetable_do LINES: some errors do not show in ipvsadm's status, so results are read back.
servicetable_do() {
  [ -n "$1" ] || return 0
  # Pulumi keeps what is printed here.
  case $1 in
    *"$NEWLINE"*) printf '%s\n' "$1" | awk 'NR <= 20 { print "+ ipvsadm " $0 } END { if (NR > 20) print "+ ipvsadm: " NR - 20 " lines more" }' 2>/dev/null || discard_output ;;
    *) say "+ ipvsadm $1" ;;
  esac
  service_flows "$1"
  errors=$(printf '%s\n' "$1" | ipvsadm -R 2>&1 || true)
  [ -z "$errors" ] || printf '%s\n' "$errors" | awk "$AWK_SERVICETABLE_ERRORS" 2>/dev/null || discard_output
}

# Prints the number of active connections of the members that are waited for, and of all their connections.
servicetable_busy() {
  { printf '%s\n' "$busy" | sed 's/^/leaving /' && ipvsadm -Ln; } | awk "$AWK_SERVICETABLE_LINES$AWK_SERVICETABLE_CONNECTIONS"
}
