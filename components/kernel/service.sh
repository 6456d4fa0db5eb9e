# shellcheck shell=sh
# A virtual service with its members. What is desired comes as the lines of `ipvsadm -R`: the service
# (-A) first, then its members (-a). The mark keeps the lines that were applied last, so that members
# which others added are told from those that were ours.

service_apply() {
  desired=$(cat)
  key=$(printf '%s\n' "$desired" | awk '$1 == "-A" { print $2, $3 }')
  claim_service "$key"
  changes=$(service_changes "$(service_lines "$key")" "$(marked_lines "$key")" "$desired")
  drain "$(printf '%s\n' "$changes" | awk '$1 == "-d" { print $5 }')" "$1"
  if [ -n "$changes" ]; then
    printf '%s\n' "$changes" | sed 's/^/+ ipvsadm /'
    # Some errors do not show in its status, so the result is read back below.
    printf '%s\n' "$changes" | ipvsadm -R || true
  fi
  service_in_place
  { printf 'owner %s\n' "$OWNER" && printf '%s\n' "$desired"; } >"$(mark "$key")"
}

service_remove() {
  desired=$(cat)
  key=$(printf '%s\n' "$desired" | awk '$1 == "-A" { print $2, $3 }')
  mine "$key" || return 0
  drain "$(printf '%s\n' "$desired" | awk '$1 == "-a" { print $5 }')" "$1"
  service_lines "$key" | awk '$1 == "-a" { print $5 }' | while IFS= read -r member; do
    if printf '%s\n' "$desired" | grep -qF -- " -r $member "; then
      # shellcheck disable=SC2086 # "-t 10.10.10.100:80" is two words
      run ipvsadm -d $key -r "$member"
    fi
  done
  if [ -n "$(service_lines "$key")" ]; then
    # shellcheck disable=SC2086
    run ipvsadm -D $key
  fi
  unclaim "$key"
}

# The lines of one service as the kernel has them now.
service_lines() {
  ipvsadm -Sn | awk -v key="$1" '$2 " " $3 == key'
}

marked_lines() {
  sed '/^owner /d' "$(mark "$1")" 2>/dev/null || true
}

# Keeps what the mark knows of the last run: claim alone would write it anew.
claim_service() {
  lines=$(marked_lines "$1")
  # shellcheck disable=SC2086
  claim "$1" "virtual service $1" "$(yes_if test -n "$(service_lines "$1")")"
  if [ -n "$lines" ]; then printf '%s\n' "$lines" >>"$(mark "$1")"; fi
}

# service_changes CURRENT MARKED DESIRED: the ipvsadm lines that lead from one to the other. Thresholds
# are not in what the kernel prints, so a line that has them (or had) is compared with the mark too.
service_changes() {
  { printf '%s\n' "$1" | sed 's/^/current /' && printf '%s\n' "$2" | sed 's/^/marked /' &&
    printf '%s\n' "$3" | sed 's/^/desired /'; } | awk '
    function name(   n) { n = ($2 == "-a" || $2 == "-A") ? $3 " " $4 : ""; return $2 == "-a" ? n " -r " $6 : n }
    function bare(line) { gsub(/ -[xy] [0-9]+/, "", line); return line }
    NF < 3 { next }
    { from = $1; line = substr($0, length($1) + 2); id = name() }
    from == "current" { current[id] = line }
    from == "marked" { marked[id] = line }
    from == "desired" {
      desired[id] = 1
      if (!(id in current)) { print line; next }
      if (current[id] == bare(line) && (line == marked[id] || line == bare(line) && marked[id] == bare(marked[id]))) next
      sub(/^-A/, "-E", line); sub(/^-a/, "-e", line); print line
    }
    END { for (id in marked) if (!(id in desired) && id in current && marked[id] ~ /^-a/) print "-d " id }'
}

# drain MEMBERS SECONDS: no new connections for them, and time for those under way to end.
drain() {
  [ -n "$1" ] && [ "$2" -gt 0 ] || return 0
  for member in $1; do
    line=$(service_lines "$key" | awk -v m="$member" '$1 == "-a" && $5 == m')
    [ -z "$line" ] || printf '%s\n' "$line" | sed 's/^-a/-e/; s/ -w [0-9]*/ -w 0/' | ipvsadm -R
  done
  waited=0
  while busy=$(active_connections "$1") && [ "$busy" -gt 0 ] && [ "$waited" -lt "$2" ]; do
    [ $((waited % 5)) -ne 0 ] || printf 'ipvs-lab: %s active connections to end, %s s at most\n' "$busy" $(($2 - waited))
    sleep 1
    waited=$((waited + 1))
  done
}

active_connections() {
  # shellcheck disable=SC2086
  ipvsadm -Ln $key 2>/dev/null | awk -v members=" $(printf '%s' "$1" | tr '\n' ' ') " '
    $1 == "->" && index(members, " " $2 " ") { n += $5 } END { print n + 0 }'
}

service_in_place() {
  now=$(service_lines "$key")
  printf '%s\n' "$desired" | sed 's/ -[xy] [0-9]*//g' | while IFS= read -r line; do
    printf '%s\n' "$now" | grep -qxF -- "$line" ||
      fail "the kernel of $(uname -n) does not have \"$line\"; it has: $(printf '%s' "$now" | tr '\n' ';')"
  done
}
