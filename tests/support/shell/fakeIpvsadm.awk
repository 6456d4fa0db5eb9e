# As ipvsadm 1.31 and the kernel behave: what -R does with lines that are wrong, what -S leaves out,
# in which order the kernel lists, and what omitted options become. STATE is the folder with its files:
#   table     six lines for each service or member: KEY, MEMBER (empty: the service itself), its OPTIONS or
#             how it is forwarded to and its tunnel, WEIGHT, upper and lower THRESHOLD
#   refused   parts of lines that the kernel does not take
#   busy      "WAITS KEY -r MEMBER": its connections end after so many waits
#   restored  all lines that -R has got

BEGIN {
  state = ENVIRON["STATE"]
  names["-t"] = "TCP "; names["-u"] = "UDP "; names["--sctp-service"] = "SCTP"; names["-f"] = "FWM "
  command = ARGV[1]
  for (i = 2; i < ARGC; i++) if (ARGV[i] == "--thresholds") limits = 1
  ARGC = 1
  load()
  if (command == "-R") next_status = 0
  else if (command == "-Sn") save()
  else if (command == "-Ln") list()
  else die("unexpected: " command, 2)
  if (command != "-R") exit
}

# One line of -R. Some errors do not show in the status, as the last line decides.
{
  print >> (state "/restored")
  if ($0 == "" || stopped) next
  error = parse($0) ? change($0) : "syntax error: " $0
  next_status = error == "" ? 0 : 1
  if (error ~ /^syntax error: /) { next_status = 2; stopped = 1 }
  if (error != "") print error > "/dev/stderr"
}

END {
  if (command != "-R") exit died
  printf "" > (state "/table")
  for (i = 1; i <= count; i++) if (keys[i] != "") {
    key = keys[i]
    print key "\n\n" options[key] "\n\n\n" > (state "/table")
    for (j = 1; j <= members[key]; j++) if (list_of[key "\n" j] != "") {
      at = key "\n" list_of[key "\n" j]
      print at "\n" how[at] "\n" weight[at] "\n" upper[at] "\n" lower[at] > (state "/table")
    }
  }
  exit next_status
}

function die(text, status) {
  print text > "/dev/stderr"
  died = status
  exit status
}

function load(   file, key, member, words, w, x, y) {
  file = state "/table"
  while ((getline key < file) > 0) {
    getline member < file; getline words < file; getline w < file; getline x < file; getline y < file
    if (member == "") add(key, words)
    else put(key, member, words, w, x, y)
  }
  file = state "/refused"
  while ((getline key < file) > 0) refused[++refusals] = key
}

function add(key, words) {
  keys[++count] = key
  place[key] = count
  options[key] = words
  members[key] = 0
}

function put(key, member, words, w, x, y,   at) {
  at = key "\n" member
  if (!(at in how)) {
    list_of[key "\n" ++members[key]] = member
    position[at] = members[key]
  }
  how[at] = words; weight[at] = w; upper[at] = x; lower[at] = y
}

function drop(key, member,   at) {
  at = key "\n" member
  list_of[key "\n" position[at]] = ""
  delete how[at]
}

# Sets verb, key, member (empty for a service) and rest, with "left" words. False where that is no line of ipvsadm's.
function parse(line,   words, n, i, from) {
  n = split(line, words, "[ ]")
  verb = words[1]
  if (verb !~ /^-[AEDaed]$/ || !(words[2] in names) || n < 3) return 0
  key = words[2] " " words[3]
  from = 4
  if (words[4] == "-6") { key = key " -6"; from = 5 }
  member = ""
  if (words[from] == "-r") { member = words[from + 1]; from += 2 }
  if (verb ~ /[aed]/ && member == "") return 0
  left = 0
  for (i = from; i <= n; i++) rest[++left] = words[i]
  return 1
}

# The word behind an option, which are both taken out of the rest.
function take(option, otherwise,   i, found) {
  for (i = 1; i <= left && rest[i] != option; i++) continue
  if (i > left) return otherwise
  found = i < left ? rest[i + 1] : otherwise
  for (; i + 2 <= left; i++) rest[i] = rest[i + 2]
  left = i - 1
  return found
}

function joined(otherwise,   text, i) {
  if (left == 0) return otherwise
  text = rest[1]
  for (i = 2; i <= left; i++) text = text " " rest[i]
  return text
}

function change(line,   i, at, w, x, y) {
  for (i = 1; i <= refusals; i++) if (index(line, refused[i])) return "Scheduler or persistence engine not found"
  if (verb == "-A") {
    if (key in options) return "Service already exists"
    add(key, joined("-s wlc"))
    return ""
  }
  if (verb == "-E" || verb == "-D") {
    if (!(key in options)) return "No such service"
    if (verb == "-E") { options[key] = joined("-s wlc"); return "" }
    for (i = 1; i <= members[key]; i++) if (list_of[key "\n" i] != "") drop(key, list_of[key "\n" i])
    keys[place[key]] = ""
    delete options[key]
    return ""
  }
  if (!(key in options)) return "Service not defined"
  at = key "\n" member
  if (verb == "-a" && at in how) return "Destination already exists"
  if (verb != "-a" && !(at in how)) return "No such destination"
  if (verb == "-d") { drop(key, member); return "" }
  w = take("-w", "1"); x = take("-x", "0"); y = take("-y", "0")
  put(key, member, joined("-g"), w, x, y)
  return ""
}

# The kernel has a table of hashes: in no order that anybody chose. Sets order and services.
function arrange(   i, j, k, key, turned) {
  services = 0
  for (i = 1; i <= count; i++) if (keys[i] != "") {
    key = keys[i]
    turned = ""
    for (k = length(key); k > 0; k--) turned = turned substr(key, k, 1)
    for (j = ++services; j > 1 && backwards[j - 1] > turned; j--) {
      backwards[j] = backwards[j - 1]
      order[j] = order[j - 1]
    }
    backwards[j] = turned
    order[j] = key
  }
}

# The forwarding and the tunnel's words stand before and behind the weight.
function save(   i, j, key, at, mode) {
  arrange()
  for (i = 1; i <= services; i++) {
    key = order[i]
    print "-A " key " " options[key]
    for (j = 1; j <= members[key]; j++) if (list_of[key "\n" j] != "") {
      at = key "\n" list_of[key "\n" j]
      mode = how[at]
      sub(/ .*/, "", mode)
      print "-a " key " -r " list_of[key "\n" j] " " mode " -w " weight[at] substr(how[at], length(mode) + 1)
    }
  }
}

function list(   i, j, key, words, at, text, busy, line, waits, slept, active) {
  arrange()
  while ((getline line < (state "/busy")) > 0) {
    waits = line
    sub(/ .*/, "", waits)
    busy[substr(line, length(waits) + 2)] = waits + 0
  }
  getline slept < (state "/slept")
  print "IP Virtual Server version 1.2.1 (size=4096)"
  print limits ? "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn" : "Prot LocalAddress:Port Scheduler Flags"
  print limits ? "  -> RemoteAddress:Port" : "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn"
  for (i = 1; i <= services; i++) {
    key = order[i]
    split(key, words, "[ ]")
    text = options[key]
    j = index(text, "-s ")
    if (j) text = substr(text, 1, j - 1) substr(text, j + 3)
    print names[words[1]] " " words[2] " " (words[3] == "" ? "" : "IPv6 ") text
    for (j = 1; j <= members[key]; j++) if (list_of[key "\n" j] != "") {
      at = key "\n" list_of[key "\n" j]
      active = busy[key " -r " list_of[key "\n" j]] > length(slept) ? 1 : 0
      line = limits ? padded(upper[at], 10) " " padded(lower[at], 10) : "Masq    " padded(weight[at], 6)
      print "  -> " padded(list_of[key "\n" j], 28) " " line " " active "          0"
    }
  }
}

# mawk's sprintf has a limit, and values may be long.
function padded(text, width) {
  while (length(text) < width) text = text " "
  return text
}
