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

# Only what needs to be root is. (First of all, so that one shell reads the rest of this and not two.)
case "$1 ${2-}" in
  --self* | "host check" | "host install" | proof*) ;;
  *) [ "$(id -u)" -eq 0 ] || exec sudo -n "$0" --self "${0##*/}" "$@" ;;
esac

RUN=/run/ipvs-lab     # marks of kernel objects: gone after a reboot, as they are
LIB=/var/lib/ipvs-lab # marks of files and packages, and what kernel objects there were: they outlive it

NEWLINE='
'
TAB='	'

fail() {
  printf 'ipvs-lab: %s\n' "$*" >&2
  exit 1
}

# Shows a command, then runs it: what is done to a machine can be read in Pulumi's display.
run() {
  printf '+ %s\n' "$*"
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

# A name that is fit for a file: slashes are the only thing that owners and keys bring along.
# (The shell's own means throughout: starting a program costs much on an emulated machine.)
file_name() {
  swapped "$1" / :
}

# swapped TEXT LETTERS OTHER: the text with another letter for each of these.
swapped() {
  (
    IFS=$2
    other=$3
    # shellcheck disable=SC2086 # split at the letters; a last one counts only where something follows
    set -- ${1}x
    IFS=$other
    text=$*
    printf '%s' "${text%x}"
  )
}

# --- Marks -----------------------------------------------------------------------------------------
#
# A mark says whose an object is and what it was last made to be; observe.sh shows it to the program:
#   owner PROJECT/STACK/NAME
#   generation WHY       of the last apply; "unfinished" while one is under way, or was cut off
#   also LINE            what the object's own script wants to remember
#   (an empty line, then the settings that were applied)

# mark KEY: the file that marks an object of this kind.
mark() {
  case $KIND in
    webserver | keepalived*) printf '%s/%s/%s' "$LIB" "$KIND" "$(file_name "$1")" ;;
    *) printf '%s/%s/%s' "$RUN" "$KIND" "$(file_name "$1")" ;;
  esac
}

marked_owner() {
  file=$(mark "$1")
  if [ -f "$file" ]; then
    read -r _ whose <"$file"
    printf '%s' "$whose"
  fi
}

# Whether the last apply of an object did not come to its end.
cut_off() {
  file=$(mark "$1")
  [ -f "$file" ] || return 1
  { read -r _ && read -r line; } <"$file" && [ "$line" = "generation unfinished" ]
}

# The settings that were applied last.
marked_settings() {
  file=$(mark "$1")
  [ ! -f "$file" ] || sed '1,/^$/d' "$file"
}

# claim KEY WHAT EXISTS [SETTINGS]: from here on the object is ours. The mark comes before the object,
# so that a run cut off between the two is taken up again. EXISTS is "yes" where the machine has the
# object now; one of others' is taken over only where that was asked for.
claim() {
  whose=$(marked_owner "$1")
  if [ "$whose" != "$OWNER" ] && [ -z "$ADOPT" ]; then
    [ -z "$whose" ] || fail "$2 belongs to $whose, so $OWNER cannot have it: choose another, or set adopt: true"
    [ "$3" != yes ] || fail "$2 exists on $(uname -n) already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true"
  fi
  write_mark "$1" unfinished "${4-$(marked_settings "$1")}"
  remember "$1"
}

# settle KEY SETTINGS [ALSO]: the object is now what these say.
settle() {
  write_mark "$1" "$GENERATION" "$2" "${3-}"
  serial=0
  [ ! -f "$LIB/last" ] || read -r serial <"$LIB/last"
  printf '%s\n' $((serial + 1)) >"$LIB/last"
}

write_mark() {
  file=$(mark "$1")
  make_folder "${file%/*}"
  if ! {
    printf 'owner %s\ngeneration %s\n' "$OWNER" "$2" &&
      { [ -z "${4-}" ] || printf '%s\n' "$4" | sed 's/^/also /'; } &&
      printf '\n%s\n' "$3"
  } >"$file.new" || ! mv "$file.new" "$file"; then
    rm -f "$file.new"
    fail "cannot write $file on $(uname -n): is its disk full?"
  fi
}

# mine KEY: whether an object is ours to remove.
mine() {
  [ "$(marked_owner "$1")" = "$OWNER" ]
}

# unclaim KEY: the object is gone, if it was ours.
unclaim() {
  if mine "$1"; then rm -f "$(mark "$1")"; fi
  file=$(memory "$1")
  if [ -f "$file" ]; then
    read -r _ _ whose <"$file"
    [ "$whose" != "$OWNER" ] || rm -f "$file"
  fi
}

# What a reboot must not make forgotten: that an object was there, whose, and in which boot.
memory() {
  printf '%s/objects/%s/%s' "$LIB" "$KIND" "$(file_name "$1")"
}

remember() {
  file=$(memory "$1")
  make_folder "${file%/*}"
  read -r boot </proc/sys/kernel/random/boot_id
  printf 'made %s %s\n' "$boot" "$OWNER" >"$file"
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
