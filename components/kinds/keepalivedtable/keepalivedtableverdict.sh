# shellcheck shell=sh
# The first check results of the members of a table, as keepalivedverdict.sh has those of a service, and what is said of
# members and services that are out.

# Waits for the first result of each member with a new check. If a service loses its last live member, everything is
# restored.
keepalivedtable_results() {
  [ -s "$work/new" ] || return 0
  keepalived_unlock
  # An emulated machine makes some 500 checks a second.
  most=$(awk -F "$TAB" '$4 == "new" { many++; if ($2 > most) most = $2 } END { print most + int(many / 500) }' "$work/checks")
  begin=$(uptime_seconds)
  while sleep 1 && [ -n "$(keepalivedtable_open)" ]; do
    [ $(($(uptime_seconds) - begin)) -lt "$most" ] || break
  done
  keepalived_lock
  keepalivedtable_keep
  keepalivedtable_now
  # Of services that keepalived did not have there is nothing to restore.
  [ -s "$work/earlier" ] || return 0
  lost=$(keepalivedtable_lives | sed -n 's/^lost //p')
  [ -z "$lost" ] || keepalivedtable_back
}

# Prints the names of the earlier members that the kernel did not have.
keepalivedtable_out() {
  awk "$AWK_KEEPALIVEDTABLE_BLOCKS"'{ follow() } $1 == "real_server" { print key " -r " member }' "$work/own" | grep -vxFf "$work/there" || true
}

keepalivedtable_open() {
  { echo @new && cat "$work/new" && echo @was && keepalivedtable_plain was && echo @now && { ipvsadm -Sn 2>/dev/null || true; }; } |
    awk "$AWK_SERVICETABLE_LINES$AWK_KEEPALIVEDTABLE_OPEN"
}

keepalivedtable_lives() {
  { echo @new && cat "$work/new" && echo @was && keepalivedtable_plain was && echo @now && keepalivedtable_plain now &&
    echo @desired && cat "$work/lines"; } | awk "$AWK_SERVICETABLE_LINES$AWK_KEEPALIVEDTABLE_LIVES"
}

# keepalivedtable_plain NAME: prints the lines of such a file, without what ipvsadm says of thresholds.
keepalivedtable_plain() {
  sed -n '/^-/p' "$work/$1"
}

# Restores what was there before, and fails with the reasons.
keepalivedtable_back() {
  why=$(keepalivedtable_reasons "$lost")
  # A member that was out before stays out.
  { echo @alpha && keepalivedtable_out && echo @leaving && echo @before && echo @config && cat "$work/own"; } |
    awk "$AWK_KEEPALIVEDTABLE_BLOCKS$AWK_KEEPALIVEDTABLE_BETWEEN" >"$work/back"
  keepalivedtable_give_back
  keepalivedtable_put back
  if [ -s "$work/own" ]; then keepalivedtable_write own; else run rm -f "$path"; fi
  if [ -f "$work/record" ]; then cp "$work/record" "$RECORD_FILE"; else rm -f "$RECORD_FILE"; fi
  [ -z "$edits" ] || service_restore_icmp
  fail "no member of $(servicetable_first "$(printf '%s\n' "$lost" | sed 's/^/virtual service /')") passes its check: $why; the table stays as it was"
}

# Says which members and services are out.
keepalivedtable_say() {
  absent=$(printf '%s\n' "$differs" | sed -n 's/^absent //p')
  [ -z "$absent" ] || say "ipvs-lab: taken out, as their checks fail: $(servicetable_first "$absent")"
  dead=$(keepalivedtable_lives | sed -n 's/^dead //p')
  [ -z "$dead" ] || say "ipvs-lab: warning: no member lives of $(servicetable_first "$(printf '%s\n' "$dead" | sed 's/^/virtual service /')"): $(keepalivedtable_reasons "$dead")"
}

# keepalivedtable_reasons KEYS: prints "NAME (REASON); …" for the first ten members of these services.
keepalivedtable_reasons() {
  { printf '%s\n' "$1" && echo @checks && cat "$work/checks"; } | awk -F "$TAB" '
    $0 == "@checks" { checks = 1; next }
    !checks { dead[$0] = 1; next }
    { key = $1; sub(/ -r .*/, "", key) }
    key in dead && ++count <= 10 { print $1 "\t" $3 }' | {
    while IFS=$TAB read -r name how; do
      printf '%s (%s)\n' "$name" "$(keepalivedservice_reason "${name##* }" "$how")" &
    done
    wait
  } | sort | awk '{ printf "%s%s", (NR > 1 ? "; " : ""), $0 }'
}
