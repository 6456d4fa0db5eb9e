# shellcheck shell=sh
# Many virtual services with their members, as one. What is desired comes as the lines of `ipvsadm -R`:
# each service (-A), then its members (-a). One mark is for all; it keeps the lines that were applied
# last. Tables are long: each step is one awk, whatever there is.

# Both words for a virtual service and its members: "-t 10.10.10.100:80" is the key of a service,
# "-t 10.10.10.100:80 -r 10.10.10.3:80" names a member.
# shellcheck disable=SC2016 # awk's own
servicetable_words='
  function named(line,  at, member) {
    if (line ~ /^-[AE]/) return substr(line, 4, index(line, " -s ") - 4)
    at = index(line, " -r ")
    member = substr(line, at + 4)
    sub(/ .*/, "", member)
    return substr(line, 4, at) member
  }
  function key_of(name,  at) { at = index(name, " -r "); return at ? substr(name, 1, at - 1) : name }
  # The key that a heading of ipvsadm -Ln begins with, or nothing.
  function heading() {
    if ($1 == "TCP") return "-t " $2
    if ($1 == "UDP") return "-u " $2
    if ($1 == "SCTP") return "--sctp-service " $2
    if ($1 == "FWM") return "-f " $2 ($3 == "IPv6" ? " -6" : "")
    return ""
  }
  # A line of ipvsadm -Ln --thresholds; where there are any, one of ipvsadm -Sn with those of its member.
  function limits() {
    if ($1 != "->") { listed = heading(); return }
    if ($3 + $4 > 0) { limit[listed " -r " $2] = ($3 > 0 ? " -x " $3 : "") ($4 > 0 ? " -y " $4 : ""); limited = 1 }
  }
  function whole(line) { return line ~ /^-a/ ? line limit[named(line)] : line }'

servicetable_apply() {
  servicetable_seconds "$1"
  keep=${2-}
  servicetable_begin
  # A file, as a shell takes its time with a long text; it has no name, so that it goes whatever happens.
  cat >"$RUN/desired" || write_failed "$RUN/desired" "$RUN/desired"
  exec 8<"$RUN/desired"
  rm "$RUN/desired"
  desired=/dev/fd/8
  read_owner "$OWNER"
  see_return "$OWNER"
  servicetable_look
  # Until it is done, what was of before and of now is ours: a run that is cut off leaves neither behind.
  kept=$(servicetable_part kept)
  ours=$(servicetable_part ours)
  # The weight of who leaves is ours, too: a run that is cut off does not make it one that was set by hand.
  if [ -n "$keep" ]; then
    weak=$(servicetable_part weaken | sed 's/^-e/-a/')
    ours=$ours${ours:+${weak:+$NEWLINE}}$weak
  fi
  claim "$OWNER" "table $OWNER" no "$ours${ours:+${kept:+$NEWLINE}}$kept" "$desired"
  servicetable_take "$(servicetable_part take)"
  case ${plan%%"$NEWLINE"*} in *" six "*) hold_forwarding6 ;; esac
  servicetable_change "$1"
  release_sysctls
  settle "$OWNER" "$kept" '' "$desired"
}

# Sets "unfinished" where the last run was cut off.
servicetable_begin() {
  unfinished=
  if cut_off "$OWNER"; then
    unfinished=yes
    service_answers
  fi
}

servicetable_remove() {
  servicetable_seconds "$1"
  find_mark "$OWNER"
  if [ ! -s "$MARK_FILE" ] && mine "$OWNER"; then
    # A reboot took the mark, and somebody else's file has brought services back.
    make_folder "${MARK_FILE%/*}"
    { printf 'owner %s\ngeneration unfinished\n\n' "$OWNER" && cat; } >"$MARK_FILE" || write_failed "$MARK_FILE" "$MARK_FILE"
  fi
  cat >/dev/null
  # What stands on the machine counts: some may have gone to others since this state was written.
  if mine "$OWNER"; then
    servicetable_begin
    desired=/dev/null keep=''
    servicetable_look
    servicetable_take "$(servicetable_part take)"
    servicetable_change "$1"
  fi
  release_sysctls
  unclaim "$OWNER"
}

# Sets "plan", and "limits" to "plain" where thresholds need not be listed: the table neither has nor had any,
# and the program has just looked and found it as it was made.
servicetable_look() {
  find_mark "$OWNER"
  limits=
  if [ -n "$GENERATION" ] && [ -f "$MARK_FILE" ] && ! grep -q -e ' -[xy] ' "$desired" "$MARK_FILE"; then
    mark_generation "$OWNER"
    # shellcheck disable=SC2154 # mark_generation sets it
    [ "$made_for" != "$GENERATION" ] || limits=plain
  fi
  plan=$(servicetable_plan)
  refused=$(servicetable_part refuse)
  [ -z "$refused" ] || fail "$(servicetable_first "$refused")"
}

servicetable_seconds() {
  case $1 in '' | *[!0-9]*) fail "the draining time \"$1\" is not a number of seconds" ;; esac
}

# servicetable_part WORD: what the plan has for it. Its first line says for what it has something: starting
# a program costs much on an emulated machine.
servicetable_part() {
  case ${plan%%"$NEWLINE"*} in
    *" $1 "*) printf '%s\n' "$plan" | sed -n "s/^$1 //p" ;;
  esac
}

# servicetable_first LINES: the first ten on one line, and how many more.
servicetable_first() {
  printf '%s\n' "$1" | awk '
    NR <= 10 { printf "%s%s", (NR > 1 ? "; " : ""), $0 }
    END { if (NR > 10) printf "; and %d more", NR - 10 }'
}

# What the kernel has, behind "@limits" and "@now": ipvsadm -S leaves the thresholds out. With the word
# "plain" so does this.
servicetable_now() {
  if [ -z "${1-}" ]; then echo @limits && { ipvsadm -Ln --thresholds 2>/dev/null || true; }; fi
  echo @now && { ipvsadm -Sn 2>/dev/null || true; }
}

# What other marks say, as "OWNER<tab>FILE<tab>LINE". Services of keepalived are its own.
servicetable_theirs() {
  make_folder "$RUN/service"
  make_folder "$RUN/servicetable"
  set --
  [ ! -f "$MARK_FILE" ] || set -- -not -samefile "$MARK_FILE"
  # shellcheck disable=SC2016 # awk's own
  find "$RUN/service" "$RUN/servicetable" -type f -not -name '*.new' "$@" -exec awk '
    FNR == 1 { owner = $2 }
    /^-[Aa] / { print owner "\t" FILENAME "\t" $0 }' {} +
}

# What leads from what is there to what is desired, each line behind a word:
#   has WORD…           first of all: those of the words below that follow
#   refuse WHY          a service that cannot be had
#   take FILE<tab>KEY   a service that another mark has, and shall no longer
#   ours LINE           what is ours and not desired, or not so
#   edit, set LINE      changes of services; what comes, and changes of members
#   fallback LINE       a service whose scheduler would refuse clients of members of weight 0
#   steady LINE         the same as it shall be
#   weaken LINE         no new connections for who leaves
#   busy NAME           whose connections are waited for
#   gone LINE           who leaves
#   stays TEXT          what does not go, for the display
#   six                 there are members of IPv6 by masquerade
#   kept LINE           is another's from its own run on; what would go before that comes would be lost
# Most lines are as they shall be: these are compared whole, and nothing else is done with them.
servicetable_plan() {
  read -r machine </proc/sys/kernel/hostname
  set -- part=@desired "$desired"
  [ ! -f "$MARK_FILE" ] || set -- "$@" part=@ours "$MARK_FILE"
  { echo @theirs && servicetable_theirs && servicetable_now "$limits" && echo @end; } |
    OWNER=$OWNER ADOPT=$ADOPT UNFINISHED=$unfinished RETURNED=${RETURNED:-} KEEP=$keep GENERATION=$GENERATION MACHINE=$machine awk "$servicetable_words"'
    BEGIN {
      keep = ENVIRON["KEEP"] != ""
      # serviceTable.ts beside this says so.
      if (split(ENVIRON["GENERATION"], word, " gives ") == 2) {
        g = split(word[2], given, ", ")
        for (i = 1; i <= g; i++) gives[given[i]] = 1
      }
    }
    function say(word, what) { said[++s] = word " " what; if (!(word in has)) { has[word] = 1; words = words " " word } }
    # sh, mh and dh choose a member of weight 0, too, and refuse its clients (service_falls_back).
    function may_drain(key,  at, flag, line) {
      if (!headed) for (headed = at = 1; at <= h; at++) head_of[named(heads[at])] = heads[at]
      if (!(key in head_of)) return 1
      line = head_of[key] " "
      if (line ~ / -s dh /) return 0
      if (line !~ / -s [sm]h / || line ~ /-fallback/ || key in falls) return 1
      falls[key] = 1
      say("steady", "-E" substr(head_of[key], 3))
      flag = substr(line, match(line, / -s [sm]h /) + 4, 2) "-fallback"
      line = "-E" substr(head_of[key], 3)
      if (!sub(/ -b /, " -b " flag ",", line)) line = line " -b " flag
      say("fallback", line)
      return 1
    }
    function weight(line) { return match(line, / -w [0-9]+/) ? substr(line, RSTART + 4, RLENGTH - 4) : 1 }
    function own(name) { if (!(name in ours)) { ours[name] = 1; order[++n] = name } }
    /^@/ { part = $0; next }
    $0 == "" { next }
    part == "@now" {
      if (/^-A/) there[named($0)] = 1
      if (limited) $0 = whole($0)
      if ($0 in shall) { in_place[$0] = 1; next }
      name = named($0); now[name] = $0
      if (/^-a/) members[key_of(name)]++
      next
    }
    part == "@limits" { limits(); next }
    part == "@desired" {
      desired[++d] = $0; shall[$0] = 1
      if (!six && /\]:.* -m -w /) six = 1
      if (/^-A/) { shall[named($0)] = 1; heads[++h] = $0 }
      next
    }
    part == "@ours" {
      if (!/^-/) next
      if (keep && /^-a/) gave[named($0), weight($0)] = 1
      if ($0 in shall) { if (/^-A/) own(named($0)); next }
      name = named($0)
      if (key_of(name) in gives && !(key_of(name) in shall)) { say("kept", $0); next }
      own(name); say("ours", $0)
      next
    }
    {
      split($0, mark, "\t")
      theirs[++t] = mark[3]; name = named(mark[3])
      if (mark[3] ~ /^-A/) { whose[name] = mark[1]; file[name] = mark[2] }
    }
    END {
      # A plan that rests on half of it would do harm.
      if (part != "@end") { print "has refuse \nrefuse what is on " ENVIRON["MACHINE"] " cannot be read"; exit }
      stack = ENVIRON["OWNER"]; sub(/[^\/]*$/, "", stack)
      adopt = ENVIRON["ADOPT"] != ""; back = ENVIRON["BACK"] != ""
      for (i = 1; i <= h; i++) {
        key = named(heads[i])
        if (key in whose) {
          # What moves within a program changes hands.
          if (adopt || index(whose[key], stack) == 1) { taken[key] = 1; say("take", file[key] "\t" key) }
          else say("refuse", "virtual service " key " belongs to " whose[key] ", so " ENVIRON["OWNER"] " cannot have it: choose another, or set adopt: true")
        } else if (key in there && !(key in ours) && !adopt && ENVIRON["RETURNED"] == "")
          say("refuse", "virtual service " key " exists on " ENVIRON["MACHINE"] " already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true")
      }
      # A run that was cut off may have taken what is not wanted any more, and left it in the other mark, too.
      if (ENVIRON["UNFINISHED"] != "")
        for (key in whose)
          if (key in ours && !(key in taken) && index(whose[key], stack) == 1) { taken[key] = 1; say("take", file[key] "\t" key) }
      for (i = 1; i <= t; i++) {
        name = named(theirs[i])
        if (key_of(name) in taken) { own(name); say("ours", theirs[i]) }
      }
      for (i = 1; i <= d; i++) {
        line = desired[i]
        if (line in in_place) continue
        name = named(line); shall[name] = 1
        if (!(name in now)) { say("set", line); continue }
        # A weight that we never gave was set by hand.
        if (keep && line ~ /^-a/ && !((name, weight(now[name])) in gave)) {
          sub(/ -w [0-9]+/, " -w " weight(now[name]), line)
          if (line == now[name]) continue
        }
        if (sub(/^-A/, "-E", line)) say("edit", line)
        else { sub(/^-a/, "-e", line); say("set", line) }
      }
      for (i = 1; i <= n; i++) {
        name = order[i]; key = key_of(name)
        if (name in shall || !(name in now) || name == key) continue
        leaving[key]++
        if (name !~ /^-u / && may_drain(key)) {
          line = now[name]; sub(/^-a/, "-e", line)
          if (sub(/ -w [1-9][0-9]*/, " -w 0", line)) say("weaken", line)
          say("busy", name)
        }
      }
      for (i = 1; i <= n; i++) {
        name = order[i]; key = key_of(name)
        if (name in shall || !(name in now)) continue
        alone = !(key in shall) && key in ours && members[key] + 0 == leaving[key] + 0
        # Members go with their service.
        if (name != key) { if (!alone) say("gone", "-d " name) }
        else if (alone) say("gone", "-D " key)
        else say("stays", "ipvs-lab: virtual service " key " stays: it has members of others")
      }
      if (six) say("six", "")
      if (s > 0) print "has" words " "
      for (i = 1; i <= s; i++) print said[i]
    }' "$@" -
}

# servicetable_take LINES: "FILE<tab>KEY" each; that mark no longer has the service.
servicetable_take() {
  [ -n "$1" ] || return 0
  printf '%s\n' "$1" | awk -F "$TAB" 'NR <= 20 { print "ipvs-lab: " $2 " changes hands" }' 2>/dev/null || unheard
  marks=$(printf '%s\n' "$1" | LIB=$LIB awk -F "$TAB" '
    { n = split($1, part, "/") }
    part[n - 1] == "service" { print $1; print ENVIRON["LIB"] "/objects/service/" part[n] }')
  if [ -n "$marks" ]; then
    (
      IFS=$NEWLINE
      # shellcheck disable=SC2086 # one name a line
      rm -f $marks
    )
  fi
  printf '%s\n' "$1" | sed -n "s|^\(.*/servicetable/[^/]*\)$TAB.*|\1|p" | sort -u | while IFS= read -r file; do
    servicetable_drop "$file" "$(printf '%s\n' "$1" | FROM=$file awk -F "$TAB" '$1 == ENVIRON["FROM"] { print $2 }')"
  done
}

# servicetable_drop FILE KEYS: a table's mark no longer has these services.
servicetable_drop() {
  { printf '%s\n' "$2" | sed 's/^/drop /' && cat "$1"; } | awk "$servicetable_words"'
    /^drop / { drop[substr($0, 6)] = 1; next }
    /^-[Aa] / && key_of(named($0)) in drop { next }
    { print }' >"$1.new" || write_failed "$1" "$1.new"
  mv "$1.new" "$1"
}

# servicetable_change SECONDS: does what the plan says, and looks whether it is so.
servicetable_change() {
  [ -n "$plan" ] || return 0
  edits=$(servicetable_part edit)
  if [ -n "$edits" ]; then
    service_silent "$(printf '%s\n' "$edits" | sed -n 's/^-E \(.*\) -s .*/\1/p')"
    servicetable_do "$edits"
    service_answers
  fi
  # Who comes is there before who leaves is sent away.
  servicetable_do "$(servicetable_part set)"
  busy=$(servicetable_part busy)
  if [ -n "$busy" ] && [ "$1" -gt 0 ]; then
    servicetable_do "$(servicetable_part fallback)"
    servicetable_do "$(servicetable_part weaken)"
    drain_wait "$1" "$(servicetable_first "$busy")" servicetable_busy
  fi
  servicetable_do "$(servicetable_part gone)"
  if [ -n "$busy" ] && [ "$1" -gt 0 ]; then servicetable_do "$(servicetable_part steady)"; fi
  stays=$(servicetable_part stays)
  [ -z "$stays" ] || say "$stays"
  left=$(servicetable_left)
  [ -z "$left" ] || fail "the kernel of $(uname -n) did not take: $(servicetable_first "$left")$(service_hint "$left")"
}

# What of the plan is not so.
servicetable_left() {
  case $plan in *' -x '* | *' -y '*) plain='' ;; *) plain=plain ;; esac
  { printf '%s\n' "$plan" && servicetable_now "$plain"; } | awk "$servicetable_words"'
    part == "@now" {
      if (limited) $0 = whole($0)
      if ($0 in shall) shall[$0] = 0
      if (leaves && named($0) in away) print "removal of " named($0)
      next
    }
    /^@/ { part = $0; next }
    part == "@limits" { limits(); next }
    $1 == "gone" { away[substr($0, 9)] = 1; leaves = 1 }
    sub(/^(edit|set) /, "") { sub(/^-E/, "-A"); sub(/^-e/, "-a"); order[++n] = $0; shall[$0] = 1 }
    END { for (i = 1; i <= n; i++) if (shall[order[i]]) print order[i] }'
}

# servicetable_do LINES: some errors do not show in ipvsadm's status, so results are read back.
servicetable_do() {
  [ -n "$1" ] || return 0
  # Pulumi keeps what is printed here.
  case $1 in
    *"$NEWLINE"*) printf '%s\n' "$1" | awk 'NR <= 20 { print "+ ipvsadm " $0 } END { if (NR > 20) print "+ ipvsadm: " NR - 20 " lines more" }' 2>/dev/null || unheard ;;
    *) say "+ ipvsadm $1" ;;
  esac
  service_flows "$1"
  errors=$(printf '%s\n' "$1" | ipvsadm -R 2>&1 || true)
  [ -z "$errors" ] || printf '%s\n' "$errors" | awk '
    !($0 in times) && n < 10 { said[++n] = $0 }
    { times[$0]++ }
    END { for (i = 1; i <= n; i++) print "ipvs-lab: " times[said[i]] " times: " said[i] }' 2>/dev/null || unheard
}

# How many active connections those have that are waited for, and how many of any kind.
servicetable_busy() {
  { printf '%s\n' "$busy" | sed 's/^/leaving /' && ipvsadm -Ln; } | awk "$servicetable_words"'
    $1 == "leaving" { leaving[substr($0, 9)] = 1; next }
    $1 == "->" { if (key " -r " $2 in leaving) { active += $5; all += $5 + $6 }; next }
    { key = heading() }
    END { print active + 0, all + 0 }'
}
