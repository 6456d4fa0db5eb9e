# shellcheck shell=sh
# Kernel settings that several objects share (references.sh).

# share_sysctl KEY VALUE
share_sysctl() {
  read_sysctl "$1" || fail "this kernel has no setting $1"
  share_known_sysctl "$1" "$2"
}

# share_known_sysctl KEY VALUE: the same if "now" is known already.
share_known_sysctl() {
  add_reference "$1" "$2" "$now"
  if [ "$now" != "$2" ]; then
    write_sysctl "$1" "$2"
  fi
}

# share_interface_setting NAME conf|neigh SETTING VALUE: a setting of an interface; "/" stands for a dot in its name.
share_interface_setting() {
  swap "$1" . /
  share_sysctl "net.ipv4.$2.$SWAPPED.$3" "$4"
}

# share_minimum KEY VALUE: at least this value; a kernel that has more keeps it.
share_minimum() {
  read_sysctl "$1" || fail "this kernel has no setting $1"
  if [ "$now" -gt "$2" ]; then share_known_sysctl "$1" "$now"; else share_known_sysctl "$1" "$2"; fi
}

# read_sysctl KEY: sets "now". (The shell's own read reads one character at a time, and the kernel then returns only a
# number's first digit.)
read_sysctl() {
  now=$(in_setting_namespace sysctl -n "$1")
}

# write_sysctl KEY VALUE: starts no program where the setting is the machine's own.
write_sysctl() {
  find_setting "$1"
  if [ -w "$setting_file" ] && { printf '%s\n' "$2" >"$setting_file"; } 2>/dev/null; then
    say "+ sysctl -q -w $1=$2"
  else
    in_setting_namespace run sysctl -q -w "$1=$2"
  fi
}

# find_setting KEY: sets "setting_file" to the file of one of the machine's own settings; empty for a namespace's.
find_setting() {
  setting_file=''
  [ -z "$SETTING_NAMESPACE" ] || return 0
  swap "$1" / :
  swap "$SWAPPED" . /
  swap "$SWAPPED" : .
  case /$SWAPPED/ in */../* | *//*) ;; *) setting_file=/proc/sys/$SWAPPED ;; esac
}
