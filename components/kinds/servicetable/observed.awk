# Follows lines.awk. Reads the records of tables, then (seen=1) ipvsadm -Ln --thresholds, "@now" and ipvsadm -Sn. Prints
# the kernel's services except for those that are as their table made them, then the records. A service that moves may
# have a record of its own already.
function moves(key) {
  return there_is(ENVIRON["RUN"] "/service/" key) || there_is(ENVIRON["LIB"] "/keepalivedservice/" key)
}
function there_is(file,  there) {
  there = (getline < file) >= 0
  close(file)
  return there
}
# The kernel's lines come first, because most lines are here. Those of a table are kept until the whole table is known.
seen && now {
  if (limited) $0 = whole($0)
  if ($0 in table) { missing[table[$0]]--; there[$0] = 1 } else print
  next
}
seen { if ($0 == "@now") now = 1; else limits(); next }
FNR == 1 { path[++records] = FILENAME; head[records] = 0; first[records] = lines + 1 }
{ text[++lines] = $0; last[records] = lines }
# Of a table with keepalived: what a failed check does, which the kernel does not show.
head[records] && /^inhibit / { next }
head[records] {
  if ($0 in table) all[records] = all[table[$0]] = 1
  table[$0] = records
  missing[records]++
  if (/^-A/ && moves(named($0))) all[records] = 1
  next
}
$0 == "" { head[records] = lines }
# Its last change was cut off, or left services to another object that has yet to take them (fingerprint.ts).
/^generation (unfinished|.* gives )/ { all[records] = 1 }
END {
  for (m = 1; m <= records; m++) {
    # An empty table has an empty line.
    if ("" in table && table[""] == m) missing[m]--
    if (missing[m] > 0 || !head[m]) all[m] = 1
    for (i = first[m]; i <= last[m]; i++) if (text[i] in there && (m in all || text[i] ~ /^-A/)) print text[i]
  }
  print "@@ tables of services"
  for (m = 1; m <= records; m++) {
    print "@ " path[m]
    for (i = first[m]; i <= last[m]; i++) {
      if (i == head[m] && !(m in all)) print "= in-place"
      if (i <= head[m] || m in all || text[i] ~ /^-A/) print "= " text[i]
    }
  }
}
