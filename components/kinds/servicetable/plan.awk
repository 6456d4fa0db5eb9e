# Follows lines.awk. Plans the steps from the services of a machine to those of a table.
#
# Reads parts after lines that begin with "@", in this order:
#   @desired   the table's lines of ipvsadm -R
#   @ours      the table's ownership record: the lines that were applied last
#   @theirs    the lines of other ownership records, as theirs.awk prints them
#   @sorry     the names of sorry servers, which are nobody else's members (keepalived)
#   @limits    ipvsadm -Ln --thresholds, where thresholds are needed
#   @now       ipvsadm -Sn
#   @end       nothing: without it the input was cut off
#
# Prints steps, each a word and its argument, after a line "has WORD… " with the words that are used:
#   refuse WHY              a service that cannot be had: nothing else is done
#   transfer FILE<tab>KEY   another ownership record loses this service to the table
#   own LINE                the table's until now: not desired any more, or otherwise than desired
#   keep LINE               stays in the ownership record until the object that it goes to has taken it
#   edit LINE, set LINE     changes of services; then what is new, and changes of members
#   fallback LINE           a service whose scheduler would refuse the clients of members of weight 0
#   drain LINE              weight 0 for a member that leaves
#   wait NAME               a member whose connections end before it leaves
#   remove LINE             a member or a service that leaves
#   original LINE           the service without that fallback
#   masquerade6 0           some members are of IPv6 by masquerade
#   note TEXT               for the display
#
# Tables are long, and most of their lines are already as desired: a line in both "@desired" and "@now" costs one
# comparison of the whole line.
BEGIN {
  owner = ENVIRON["OWNER"]
  # The prefix of owners in the same stack.
  stack = owner
  sub(/[^\/]*$/, "", stack)
  machine = ENVIRON["MACHINE"]
  adopts = ENVIRON["ADOPT"] != ""
  returned = ENVIRON["RETURNED"] != ""
  cut_off = ENVIRON["UNFINISHED"] != ""
  keeps_weights = ENVIRON["KEEP"] != ""
  is_exclusive = ENVIRON["EXCLUSIVE"] != ""
  count = split(ENVIRON["TRANSFERS"], keys, ", ")
  for (i = 1; i <= count; i++) given_away[keys[i]] = 1
}

/^@/ { part = $0; next }
$0 == "" { next }
part == "@now" {
  if (/^-A/) exists[named($0)] = 1
  if (limited) $0 = whole($0)
  if ($0 in is_desired) { in_place[$0] = 1; next }
  name = named($0)
  current[name] = $0
  if (/^-a/) {
    members[key_of(name)]++
    if (is_exclusive && !(name in stands_in)) differing[++differing_count] = name
  }
  next
}
part == "@limits" { limits(); next }
part == "@sorry" { stands_in[$0] = 1; next }
part == "@desired" {
  desired[++desired_count] = $0
  is_desired[$0] = 1
  if (!masquerades6 && /\]:.* -m -w /) masquerades6 = 1
  if (/^-A/) {
    services[++service_count] = named($0)
    service_line[named($0)] = $0
  }
  next
}
part == "@ours" { if (/^-/) read_owned(); next }
part == "@theirs" { read_foreign() }

END {
  if (part != "@end")
    # A plan from an incomplete input would do harm.
    step("refuse", "what is on " machine " cannot be read")
  else {
    plan_ownership()
    plan_changes()
    if (is_exclusive) own_added()
    find_leavers()
    plan_drains()
    plan_removals()
    if (masquerades6) step("masquerade6", "0")
  }
  print_steps()
}

function step(word, argument) {
  steps[++step_count] = word " " argument
  if (!(word in has)) { has[word] = 1; words = words " " word }
}

function print_steps(  i) {
  if (step_count > 0) print "has" words " "
  for (i = 1; i <= step_count; i++) print steps[i]
}

function read_owned(  name) {
  if (keeps_weights && /^-a/) was_given[named($0), weight_of($0)] = 1
  if ($0 in is_desired) { if (/^-A/) add_owned(named($0)); return }
  name = named($0)
  if (key_of(name) in given_away && !(key_of(name) in service_line)) { step("keep", $0); return }
  add_owned(name)
  step("own", $0)
}

# "OWNER<tab>FILE<tab>LINE"
function read_foreign(  field, name) {
  split($0, field, "\t")
  foreign[++foreign_count] = field[3]
  if (field[3] !~ /^-A/) return
  name = named(field[3])
  foreign_owner[name] = field[1]
  foreign_file[name] = field[2]
}

function add_owned(name) {
  if (name in is_owned) return
  is_owned[name] = 1
  owned[++owned_count] = name
}

# Which services the table may have, and which of them other records lose.
function plan_ownership(  i, key) {
  for (i = 1; i <= service_count; i++) {
    key = services[i]
    if (key in foreign_owner) {
      # Within a stack services change hands.
      if (adopts || is_of_stack(foreign_owner[key])) transfer(key)
      else step("refuse", "virtual service " key " belongs to " foreign_owner[key] ", so " owner " cannot have it: choose another, or set adopt: true")
    } else if (key in exists && !(key in is_owned) && !adopts && !returned)
      step("refuse", "virtual service " key " exists on " machine " already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true")
  }
  # A run that was cut off may have taken a service that is not wanted any more, and left it in the other record, too.
  if (cut_off)
    for (key in foreign_owner)
      if (key in is_owned && !(key in transferred) && is_of_stack(foreign_owner[key])) transfer(key)
  for (i = 1; i <= foreign_count; i++)
    if (key_of(named(foreign[i])) in transferred) {
      add_owned(named(foreign[i]))
      step("own", foreign[i])
    }
}

function is_of_stack(other) { return index(other, stack) == 1 }

function transfer(key) {
  transferred[key] = 1
  step("transfer", foreign_file[key] "\t" key)
}

function plan_changes(  i, line, name) {
  for (i = 1; i <= desired_count; i++) {
    line = desired[i]
    if (line in in_place) continue
    name = named(line)
    stays[name] = 1
    if (!(name in current)) { step("set", line); continue }
    if (keeps_weights && line ~ /^-a/ && !((name, weight_of(current[name])) in was_given)) {
      # A weight that the table never gave was set by hand.
      sub(/ -w [0-9]+/, " -w " weight_of(current[name]), line)
      if (line == current[name]) continue
    }
    if (sub(/^-A/, "-E", line)) step("edit", line)
    else { sub(/^-a/, "-e", line); step("set", line) }
  }
}

# Members that others have added to the table's services leave, as if they were the table's.
function own_added(  i, key) {
  for (i = 1; i <= differing_count; i++) {
    key = key_of(differing[i])
    if (key in service_line || key in is_owned) add_owned(differing[i])
  }
}

# The table's lines on the machine that are not desired. (Lines that are in place are not in "current".)
function find_leavers(  i, name) {
  for (i = 1; i <= owned_count; i++) {
    name = owned[i]
    if (!(name in current) || name in stays || name in service_line) continue
    leavers[++leaver_count] = name
    if (name != key_of(name)) leaving_members[key_of(name)]++
  }
}

# Members that leave get no new connections, and their connections are waited for.
function plan_drains(  i, name, line) {
  for (i = 1; i <= leaver_count; i++) {
    name = leavers[i]
    # A datagram has no connection that could end.
    if (name == key_of(name) || name ~ /^-u / || !can_drain(key_of(name))) continue
    line = current[name]
    sub(/^-a/, "-e", line)
    if (sub(/ -w [1-9][0-9]*/, " -w 0", line)) step("drain", line)
    step("wait", name)
  }
}

# sh, mh and dh choose a member of weight 0, too, and refuse its clients (service_use_fallback). sh and mh can fall
# back to another member; dh cannot.
function can_drain(key,  line, flag, edit) {
  if (!(key in service_line)) return 1
  line = service_line[key] " "
  if (line ~ / -s dh /) return 0
  if (line !~ / -s [sm]h / || line ~ /-fallback/ || key in falls_back) return 1
  falls_back[key] = 1
  edit = "-E" substr(service_line[key], 3)
  step("original", edit)
  flag = substr(line, match(line, / -s [sm]h /) + 4, 2) "-fallback"
  if (!sub(/ -b /, " -b " flag ",", edit)) edit = edit " -b " flag
  step("fallback", edit)
  return 1
}

function plan_removals(  i, name, key, goes) {
  for (i = 1; i <= leaver_count; i++) {
    name = leavers[i]
    key = key_of(name)
    # A service goes with its members, where all of them are the table's.
    goes = !(key in service_line) && key in is_owned && members[key] + 0 == leaving_members[key] + 0
    if (name != key) { if (!goes) step("remove", "-d " name) }
    else if (goes) step("remove", "-D " key)
    else step("note", "ipvs-lab: virtual service " key " stays: it has members of others")
  }
}

function weight_of(line) { return match(line, / -w [0-9]+/) ? substr(line, RSTART + 4, RLENGTH - 4) : 1 }
