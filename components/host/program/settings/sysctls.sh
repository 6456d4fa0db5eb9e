# shellcheck shell=sh
# Kernel settings that several objects share (references.sh).

# share_sysctls KEY=VALUE…: one program reads all of them. "KEY=NUMBER+" is at least this number: a kernel that has more
# keeps it.
share_sysctls() {
  make_setting_folders "$@"
  one_by_one=
  values=$(read_sysctls "$@" 2>/dev/null) || one_by_one=yes
  for pair in "$@"; do
    if [ -n "$one_by_one" ]; then
      read_sysctl "${pair%%=*}" || fail "this kernel has no setting ${pair%%=*}"
    else
      now=${values%%"$NEWLINE"*}
      values=${values#*"$NEWLINE"}
    fi
    least=${pair#*=}
    case $least in
      *+)
        least=${least%+}
        [ "$now" -le "$least" ] || least=$now
        ;;
    esac
    share_known_sysctl "${pair%%=*}" "$least"
  done
}

# share_known_sysctl KEY VALUE: the same if "now" is known already.
share_known_sysctl() {
  add_reference "$1" "$2" "$now"
  if [ "$now" != "$2" ]; then
    write_sysctl "$1" "$2"
  fi
}

# interface_setting NAME conf|neigh SETTING: sets "INTERFACE_SETTING" to the key; "/" stands for a dot in the name.
interface_setting() {
  swap "$1" . /
  INTERFACE_SETTING=net.ipv4.$2.$SWAPPED.$3
}

# make_setting_folders KEY=…: one program makes them all.
make_setting_folders() {
  for pair in "$@"; do
    shift
    find_setting_folder "${pair%%=*}"
    set -- "$@" "$setting_folder/holders"
  done
  make_folder "$@"
}

# read_sysctls KEY=…: prints a line for each.
read_sysctls() {
  for pair in "$@"; do
    shift
    set -- "$@" "${pair%%=*}"
  done
  in_setting_namespace sysctl -n "$@"
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
