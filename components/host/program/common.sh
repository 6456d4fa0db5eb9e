#!/bin/sh
# ipvs-lab: makes, changes and removes single kernel objects on this machine.
#   ipvs-lab [--generation WHY] [--adopt] KIND apply|remove|read OWNER [OPTION…] <DESIRED
#   ipvs-lab observe
#   ipvs-lab serve
# Every apply converges: it may be run again at any time, even after one that was cut off. It makes and removes only
# what the ownership record assigns to its owner; what others made is never touched.
set -euf
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C.UTF-8
unset LANGUAGE # gettext prefers it to any locale but "C"

# True when the first process is this user's. (Unlike id, this starts no program.)
is_root() {
  [ -O /proc/1 ]
}

# Runs itself again as root where the command needs that. (This comes first, so that only one shell reads the rest.)
case "$1 ${2-}" in
  --self* | "host check" | "host install" | proof*) ;;
  *)
    is_root || exec sudo -n "$0" --self "${0##*/}" "$@"
    ;;
esac

RUN=/run/ipvs-lab     # ownership records of kernel objects: gone after a reboot, as the objects are
LIB=/var/lib/ipvs-lab # those of files and packages, and which kernel objects there were: they outlive a reboot

NEWLINE='
'
TAB='	'

fail() {
  printf 'ipvs-lab: %s\n' "$*" >&2 || true
  exit 1
}

# say TEXT…: prints a line.
say() {
  printf '%s\n' "$*" 2>/dev/null || discard_output
}

# say_each WORDS LINES: prints each of these lines after the words.
say_each() {
  was=$IFS IFS=$NEWLINE
  for each in $2; do say "$1 $each"; done
  IFS=$was
}

# Nobody reads the output any more, for example because SSH was cut. The work still goes on to its end.
discard_output() {
  exec >/dev/null
}

# Prints a command, then runs it, so that Pulumi's display shows what is done to a machine.
run() {
  say "+ $*"
  "$@"
}

# make_folder PATH…: one program makes all that are missing.
make_folder() {
  for folder in "$@"; do
    if [ ! -d "$folder" ]; then
      mkdir -p "$@"
      return
    fi
  done
}

# Only root reads what this program keeps on a machine; web servers pass through to their pages.
private_folders() {
  # The first run after a boot makes the folders of all kinds' records, so that no other has to.
  if [ ! -d "$RUN/address" ] || [ ! -d "$LIB/objects/address" ]; then
    set -- "$RUN" "$LIB"
    for kind in $OBJECT_KINDS; do
      case $kind in
        proof | table) ;;
        webserver | keepalived* | bgp*) set -- "$@" "$LIB/$kind" "$LIB/objects/$kind" ;;
        *) set -- "$@" "$RUN/$kind" "$LIB/objects/$kind" ;;
      esac
    done
    mkdir -p "$@"
  fi
  [ -e "$LIB/last" ] || chmod 711 "$LIB"
}

# Reads "key value" lines up to the first empty line into the variables named; others are an error.
# SETTINGS keeps them as they came.
read_desired() {
  SETTINGS=
  while IFS= read -r line && [ -n "$line" ]; do
    SETTINGS=$SETTINGS${SETTINGS:+$NEWLINE}$line
    key=${line%% *}
    case " $* " in
      *" $key "*) ;;
      *) fail "unknown setting \"$key\" for $KIND" ;;
    esac
    value=${line#"$key"}
    value=${value# }
    eval "$key=\$value" # only the name is evaluated, and it is one of those above
  done
}

# read_input: sets "INPUT" to all of the standard input. (The shell itself is faster than a program that it starts,
# unless there are many lines.)
read_input() {
  INPUT='' unread=100
  while [ "$unread" -gt 0 ]; do
    unread=$((unread - 1))
    IFS= read -r line || {
      INPUT=$INPUT$line
      return 0
    }
    INPUT=$INPUT$line$NEWLINE
  done
  # The dot keeps the line ends at its end, which $(…) would drop.
  INPUT=$INPUT$(cat && printf .)
  INPUT=${INPUT%.}
}

# read_lines: the same without the line ends at its end.
read_lines() {
  read_input
  while :; do
    case $INPUT in *"$NEWLINE") INPUT=${INPUT%"$NEWLINE"} ;; *) break ;; esac
  done
}

# with_words LIST COMMAND…: runs the command with each word of the list as one more argument.
with_words() {
  list=$1
  shift
  for word in $list; do set -- "$@" "$word"; done
  "$@"
}

# swap TEXT LETTERS OTHER: sets "SWAPPED" to the text with each of these characters replaced by the other one. (It uses
# only the shell itself, without $(…): starting a program is slow on an emulated machine, and a subshell costs something
# too.)
swap() {
  SWAPPED='' unswapped=$1
  while :; do
    case $unswapped in
      *["$2"]*)
        SWAPPED=$SWAPPED${unswapped%%["$2"]*}$3
        unswapped=${unswapped#*["$2"]}
        ;;
      *) break ;;
    esac
  done
  SWAPPED=$SWAPPED$unswapped
}

# file_name TEXT: sets "SWAPPED" to a file name for it. Slashes are the only characters of owners and keys that a file
# name cannot have.
file_name() {
  swap "$1" / :
}

# write_failed FILE [PART]: ends the run with the reason why the file cannot be written, and removes the partial file.
write_failed() {
  [ -z "${2-}" ] || rm -f "$2"
  # The shell does not tell the reason, so this tries to write another file beside it.
  why=$({ head -c 100000 /dev/zero >"${1%/*}/.ipvs-lab-try"; } 2>&1) || true
  rm -f "${1%/*}/.ipvs-lab-try" || true
  case $why in
    *"No space left"*) why=": its disk is full" ;;
    ?*) why=": ${why##*: }" ;;
  esac
  fail "cannot write $1 on $(uname -n)$why"
}

# prefixed WORD LINES: sets "also" to the lines, each after the word.
prefixed() {
  also='' lines=$2$NEWLINE
  while [ -n "$lines" ]; do
    also="$also$1 ${lines%%"$NEWLINE"*}$NEWLINE"
    lines=${lines#*"$NEWLINE"}
  done
}

# yes_if COMMAND…: prints "yes" where the command succeeds, for acquire.
yes_if() {
  if "$@" >/dev/null 2>&1; then echo yes; fi
}

uptime_seconds() {
  read -r uptime _ </proc/uptime
  printf '%s' "${uptime%.*}"
}

# interface_name NAME: prints the kernel's name of an interface, which NAME may call by an alternative name. (Below
# /proc/sys/net the kernel has a folder for each interface of the process's namespace, by its own name.)
interface_name() {
  case $1 in
    '' | . | .. | */* | all | default) ;;
    *)
      if [ -d "/proc/sys/net/ipv4/conf/$1" ]; then
        printf '%s' "$1"
        return
      fi
      ;;
  esac
  shown=$(ip -o link show dev "$1" 2>/dev/null) || return 0
  shown=${shown#*: }
  printf '%s' "${shown%%[:@]*}"
}

# ip_words VALUE…: refuses values that ip would not read as one word in run_ip. (No interface, namespace or address of
# the kernel's that the components admit is such a value.)
ip_words() {
  for word in "$@"; do
    case $word in *[!A-Za-z0-9_.:/@%+-]*) fail "\"$word\" is no name or address for ip: letters, digits, and \"_.:/@%+-\"" ;; esac
  done
}

# run_ip NAMESPACE LINES: several of ip's commands by one program, each on a line, on the machine itself if no namespace
# is given. All values in them have passed ip_words.
run_ip() {
  say_each "+ ip${1:+ -n $1}" "$2"
  printf '%s\n' "$2" | ip ${1:+-n "$1"} -batch -
}

# inside COMMAND…: runs it in the desired namespace, or on the machine itself if there is none.
inside() {
  if [ -n "${namespace:-}" ]; then ip netns exec "$namespace" "$@"; else "$@"; fi
}

# put_file PATH TEXT MODE GROUP [new]: writes the file atomically; sets "changed" if that changed it. With "new", nobody
# reads a file that is not there yet, so it may be written in its place: if that is cut off, the next run finds it other
# than it should be.
put_file() {
  into=$1.new
  if [ -e "$1" ]; then
    if [ -f "$1" ] && printf '%s' "$2" | cmp -s - "$1"; then return 0; fi
  elif [ "${5-}" = new ] && [ ! -L "$1" ]; then
    into=$1
  fi
  case $3 in 640) mask=027 ;; 644) mask=022 ;; *) mask=077 ;; esac
  if ! (umask "$mask" && printf '%s' "$2" >"$into") || ! { [ "$4" = root ] || chgrp "$4" "$into"; } || ! { [ "$into" = "$1" ] || mv "$into" "$1"; }; then
    write_failed "$1" "$into"
  fi
  changed=yes
  say "+ write $1"
}
