#!/bin/sh
# ipvs-lab: makes, changes and removes single kernel objects on this machine.
#   ipvs-lab [--generation WHY] [--adopt] KIND apply|remove|read OWNER [OPTION…] <DESIRED
#   ipvs-lab observe
# Every apply converges: it may be run again at any time, also after one that was cut off. It makes
# and removes only what carries a mark of the same owner; what others made is never touched.
# shellcheck disable=SC2034 # the other files use what is set here
set -euf
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C.UTF-8
unset LANGUAGE # gettext prefers it to any locale but "C"

# Whether the first process is of this user. (No program is started for it, as it would be for id.)
is_root() {
  # shellcheck disable=SC3067 # dash has -O, and so has POSIX since 2024
  [ -O /proc/1 ]
}

# Only what needs to be root is. (First of all, so that one shell reads the rest of this and not two.)
case "$1 ${2-}" in
  --self* | "host check" | "host install" | proof*) ;;
  *)
    is_root || exec sudo -n "$0" --self "${0##*/}" "$@"
    ;;
esac

RUN=/run/ipvs-lab     # marks of kernel objects: gone after a reboot, as they are
LIB=/var/lib/ipvs-lab # marks of files and packages, and what kernel objects there were: they outlive it

NEWLINE='
'
TAB='	'

fail() {
  printf 'ipvs-lab: %s\n' "$*" >&2 || true
  exit 1
}

# say TEXT…: on a line of its own.
say() {
  printf '%s\n' "$*" 2>/dev/null || unheard
}

# Whoever read what is printed has gone, as when SSH is cut. The work goes on to its end all the same.
unheard() {
  exec >/dev/null
}

# Shows a command, then runs it: what is done to a machine can be read in Pulumi's display.
run() {
  say "+ $*"
  "$@"
}

make_folder() {
  [ -d "$1" ] || mkdir -p "$1"
}

# What a machine keeps of this program is root's alone to read; web servers pass through to their pages.
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

# swap TEXT LETTERS OTHER: sets "SWAPPED" to the text with another letter for each of these.
# (The shell's own means throughout, and no $(…): starting a program costs much on an emulated machine,
# and another shell something.)
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

# A name that is fit for a file: slashes are the only thing that owners and keys bring along.
file_name() {
  swap "$1" / :
}

# --- Marks -----------------------------------------------------------------------------------------
#
# A mark says whose an object is and what it was last made to be; observe.sh shows it to the program:
#   owner PROJECT/STACK/NAME
#   generation WHY       of the last apply; "unfinished" while one is under way, or was cut off
#   also LINE            what the object's own script wants to remember
#   (an empty line, then the settings that were applied)

# find_mark KEY: sets "MARK_FILE" to the file that marks an object of this kind.
find_mark() {
  file_name "$1"
  case $KIND in
    webserver | keepalived*) MARK_FILE=$LIB/$KIND/$SWAPPED ;;
    *) MARK_FILE=$RUN/$KIND/$SWAPPED ;;
  esac
}

# Sets "whose" to the owner that a mark names, if there is one.
read_owner() {
  whose=
  find_mark "$1"
  [ ! -f "$MARK_FILE" ] || read -r _ whose <"$MARK_FILE" || true
}

# Whether the last apply of an object did not come to its end.
cut_off() {
  mark_generation "$1"
  [ "$made_for" = unfinished ]
}

# Sets "made_for" to the generation of an object's mark; empty where there is none.
mark_generation() {
  made_for=
  find_mark "$1"
  [ -f "$MARK_FILE" ] || return 0
  { read -r _ && read -r _ made_for; } <"$MARK_FILE" || true
}

# The settings that were applied last.
marked_settings() {
  find_mark "$1"
  [ ! -f "$MARK_FILE" ] || sed '1,/^$/d' "$MARK_FILE"
}

# claim KEY WHAT EXISTS [SETTINGS] [FILE]: from here on the object is ours. The mark comes before the
# object, so that a run cut off between the two is taken up again. EXISTS is "yes" where the machine has
# the object now; one of others' is taken over only where that was asked for, or where it was ours before
# a reboot and somebody else's file has brought it back. Sets "RETURNED" to "yes" in that last case.
claim() {
  read_owner "$1"
  see_return "$1"
  if [ "$whose" != "$OWNER" ] && [ -z "$ADOPT" ]; then
    [ -z "$whose" ] || fail "$2 belongs to $whose, so $OWNER cannot have it: choose another, or set adopt: true"
    [ "$3" != yes ] || [ -n "$RETURNED" ] || fail "$2 exists on $(uname -n) already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true"
  fi
  if [ -s "$MARK_FILE" ]; then
    write_mark "$1" unfinished "${4-$(marked_settings "$1")}" '' "${5-}"
  else
    # The first mark of what is not there yet needs no other file to be written to first.
    make_folder "${MARK_FILE%/*}"
    print_mark unfinished "${4-}" '' "${5-}" >"$MARK_FILE" || write_failed "$MARK_FILE" "$MARK_FILE"
  fi
}

# settle KEY SETTINGS [ALSO] [FILE]: the object is now what these say. The memory and the count come first:
# where they cannot be written the object stays unfinished, and the next run tries again.
settle() {
  remember "$1"
  count_change
  write_mark "$1" "$GENERATION" "$2" "${3-}" "${4-}"
}

# The number of changes only grows, so it is written over in its place: a disk that is full keeps it whole.
count_change() {
  serial=
  [ ! -f "$LIB/last" ] || read -r serial <"$LIB/last" || true
  case $serial in '' | *[!0-9]*) serial=0 ;; esac
  printf '%s\n' $((serial + 1)) 1<>"$LIB/last" || write_failed "$LIB/last"
}

write_mark() {
  find_mark "$1"
  make_folder "${MARK_FILE%/*}"
  if ! print_mark "$2" "$3" "$4" "$5" >"$MARK_FILE.new" || ! mv "$MARK_FILE.new" "$MARK_FILE"; then
    write_failed "$MARK_FILE" "$MARK_FILE.new"
  fi
}

# print_mark GENERATION SETTINGS ALSO FILE: settings that are long are in a file, and come before the others.
print_mark() {
  also=
  [ -z "$3" ] || behind also "$3"
  printf 'owner %s\ngeneration %s\n%s\n' "$OWNER" "$1" "$also" &&
    { [ -z "$4" ] || cat "$4"; } && { [ -z "$2" ] || printf '%s\n' "$2"; }
}

# write_failed FILE [PART]: ends the run, and says why that cannot be written; a part of it is not left.
write_failed() {
  [ -z "${2-}" ] || rm -f "$2"
  # The shell itself does not tell the reason, so something is written once more beside it.
  why=$({ head -c 100000 /dev/zero >"${1%/*}/.ipvs-lab-try"; } 2>&1) || true
  rm -f "${1%/*}/.ipvs-lab-try" || true
  case $why in
    *"No space left"*) why=": its disk is full" ;;
    ?*) why=": ${why##*: }" ;;
  esac
  fail "cannot write $1 on $(uname -n)$why"
}

# behind WORD LINES: sets "also" to the lines, each behind the word.
behind() {
  also='' lines=$2$NEWLINE
  while [ -n "$lines" ]; do
    also="$also$1 ${lines%%"$NEWLINE"*}$NEWLINE"
    lines=${lines#*"$NEWLINE"}
  done
}

# mine KEY: whether an object is ours to remove: by its mark, or it was before a reboot and is back.
mine() {
  read_owner "$1"
  [ "$whose" = "$OWNER" ] || { [ -z "$whose" ] && ours_before "$1"; }
}

# see_return KEY: sets "RETURNED" to "yes" for one of those. It is so until the object is settled.
see_return() {
  RETURNED=
  case $whose in "$OWNER" | '') ! ours_before "$1" || RETURNED=yes ;; esac
}

# ours_before KEY: whether an object was this owner's in another boot of the machine.
ours_before() {
  read_memory "$1"
  read -r boot </proc/sys/kernel/random/boot_id
  [ "$remembered" = "$OWNER" ] && [ "$made" != "$boot" ]
}

# unclaim KEY: the object is gone, if it was ours. Nothing is left to be undone when this is called. Of a mark
# or memory that says nothing, a run was cut off while it wrote that.
unclaim() {
  read_owner "$1"
  read_memory "$1"
  set --
  case $whose in "$OWNER" | '') [ ! -e "$MARK_FILE" ] || set -- "$MARK_FILE" ;; esac
  case $remembered in "$OWNER" | '') [ ! -e "$MEMORY_FILE" ] || set -- "$@" "$MEMORY_FILE" ;; esac
  [ ! -e "$MARK_FILE.new" ] || set -- "$@" "$MARK_FILE.new"
  [ ! -e "$MEMORY_FILE.new" ] || set -- "$@" "$MEMORY_FILE.new"
  [ $# -eq 0 ] || rm -f "$@"
}

# What a reboot must not make forgotten: that an object was there, whose, and in which boot.
find_memory() {
  file_name "$1"
  MEMORY_FILE=$LIB/objects/$KIND/$SWAPPED
}

# Sets "made" to the boot in which an object was made, and "remembered" to whose it was.
read_memory() {
  made='' remembered=''
  find_memory "$1"
  [ ! -f "$MEMORY_FILE" ] || read -r _ made remembered <"$MEMORY_FILE" || true
}

# The first time there is nothing to lose; what is the same already is not written again.
remember() {
  read_memory "$1"
  read -r boot </proc/sys/kernel/random/boot_id
  [ "$made $remembered" != "$boot $OWNER" ] || return 0
  make_folder "${MEMORY_FILE%/*}"
  to=$MEMORY_FILE
  [ ! -s "$MEMORY_FILE" ] || to=$MEMORY_FILE.new
  printf 'made %s %s\n' "$boot" "$OWNER" >"$to" || write_failed "$MEMORY_FILE" "$to"
  [ "$to" = "$MEMORY_FILE" ] || mv "$to" "$MEMORY_FILE" || write_failed "$MEMORY_FILE" "$to"
}

# yes_if COMMAND…: prints "yes" where the command succeeds, for claim.
yes_if() {
  if "$@" >/dev/null 2>&1; then echo yes; fi
}

uptime_seconds() {
  read -r uptime _ </proc/uptime
  printf '%s' "${uptime%.*}"
}

# --- Interfaces ------------------------------------------------------------------------------------

# The kernel's name of an interface that may be given by an alternative name.
interface_name() {
  shown=$(ip -o link show dev "$1" 2>/dev/null) || return 0
  shown=${shown#*: }
  printf '%s' "${shown%%[:@]*}"
}

# Runs a command in the namespace that is desired, or else on the machine itself.
inside() {
  if [ -n "${namespace:-}" ]; then ip netns exec "$namespace" "$@"; else "$@"; fi
}
