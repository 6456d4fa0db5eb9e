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

# Nobody reads the output any more, for example because SSH was cut. The work still goes on to its end.
discard_output() {
  exec >/dev/null
}

# Prints a command, then runs it, so that Pulumi's display shows what is done to a machine.
run() {
  say "+ $*"
  "$@"
}

make_folder() {
  [ -d "$1" ] || mkdir -p "$1"
}

# Only root reads what this program keeps on a machine; web servers pass through to their pages.
private_folders() {
  make_folder "$RUN"
  make_folder "$LIB"
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

# interface_name NAME: prints the kernel's name of an interface, which NAME may call by an alternative name.
interface_name() {
  shown=$(ip -o link show dev "$1" 2>/dev/null) || return 0
  shown=${shown#*: }
  printf '%s' "${shown%%[:@]*}"
}

# inside COMMAND…: runs it in the desired namespace, or on the machine itself if there is none.
inside() {
  if [ -n "${namespace:-}" ]; then ip netns exec "$namespace" "$@"; else "$@"; fi
}
