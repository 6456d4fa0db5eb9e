# Behind lines.awk. Reads what is desired, what is ours, what others have (theirs.awk) and what the kernel has.
# Prints what leads from what is there to what is desired, each line behind a word:
#   has WORD…           first of all: those of the words below that follow
#   refuse WHY          a service that cannot be had
#   take FILE<tab>KEY   a service that another record has, and shall lose
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
BEGIN {
  keep = ENVIRON["KEEP"] != ""
  # Services that another object of the program takes over: fingerprint.sh.
  g = split(ENVIRON["TRANSFERS"], given, ", ")
  for (i = 1; i <= g; i++) transfers[given[i]] = 1
}
function say(word, what) { said[++s] = word " " what; if (!(word in has)) { has[word] = 1; words = words " " word } }
# sh, mh and dh choose a member of weight 0, too, and refuse its clients (service_use_fallback).
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
  if (key_of(name) in transfers && !(key_of(name) in shall)) { say("kept", $0); next }
  own(name); say("ours", $0)
  next
}
{
  split($0, record, "\t")
  theirs[++t] = record[3]; name = named(record[3])
  if (record[3] ~ /^-A/) { whose[name] = record[1]; file[name] = record[2] }
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
  # A run that was cut off may have taken what is not wanted any more, and left it in the other record, too.
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
}
