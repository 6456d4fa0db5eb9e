#!/bin/sh
# ipvs-lab: makes, changes and removes single kernel objects on this machine.
#   ipvs-lab KIND apply|remove|read OWNER [OPTION…] <DESIRED
# Every apply converges: it may be run again at any time, also after one that was cut off. It makes
# and removes only what carries a mark of the same owner; what others made is never touched.
# shellcheck disable=SC2034 # the other files use what is set here
set -euf
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C.UTF-8

RUN=/run/ipvs-lab     # marks of kernel objects: gone after a reboot, as they are
LIB=/var/lib/ipvs-lab # marks of files and packages: they outlive it

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

# Reads "key value" lines up to the first empty line into the variables named; others are an error.
read_desired() {
  while IFS= read -r line && [ -n "$line" ]; do
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
  (
    IFS=/
    # shellcheck disable=SC2086 # split at the slashes
    set -- $1
    IFS=:
    printf '%s' "$*"
  )
}

# --- Marks -----------------------------------------------------------------------------------------

# mark KEY: the file that says whose an object of this kind is.
mark() {
  case $KIND in
    webserver) printf '%s/%s/%s' "$LIB" "$KIND" "$(file_name "$1")" ;;
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

# claim KEY WHAT EXISTS: from here on the object is ours. The mark comes before the object, so that a
# run cut off between the two is taken up again. EXISTS is "yes" where the machine has the object now.
claim() {
  whose=$(marked_owner "$1")
  if [ -n "$whose" ]; then
    [ "$whose" = "$OWNER" ] || fail "$2 belongs to $whose, so $OWNER cannot have it"
  elif [ "$3" = yes ]; then
    fail "$2 exists on $(uname -n) already and was not made by ipvs-lab: remove it there, or choose another"
  fi
  file=$(mark "$1")
  make_folder "${file%/*}"
  printf 'owner %s\n' "$OWNER" >"$file"
}

# mine KEY: whether an object is ours to remove.
mine() {
  [ "$(marked_owner "$1")" = "$OWNER" ]
}

# unclaim KEY: the object is gone, if it was ours.
unclaim() {
  if mine "$1"; then rm -f "$(mark "$1")"; fi
}

# yes_if COMMAND…: prints "yes" where the command succeeds, for claim.
yes_if() {
  if "$@" >/dev/null 2>&1; then echo yes; fi
}

# --- Kernel settings that several objects need -----------------------------------------------------

# hold_sysctl KEY VALUE: sets it and remembers what it was, until the last holder lets go.
hold_sysctl() {
  held=$RUN/sysctl/$(file_name "$1")
  now=$(sysctl -n "$1") || fail "this kernel has no setting $1"
  make_folder "$held/holders"
  [ -f "$held/before" ] || printf '%s=%s\n' "$1" "$now" >"$held/before"
  : >"$held/holders/$HOLDER"
  if [ "$now" != "$2" ]; then
    run sysctl -q -w "$1=$2"
  fi
}

# release_sysctls: lets go of all that this object holds.
release_sysctls() {
  [ -d "$RUN/sysctl" ] || return 0
  find "$RUN/sysctl" -path "*/holders/$HOLDER" | while IFS= read -r file; do
    rm -f "$file"
    held=${file%/holders/*}
    if rmdir "$held/holders" 2>/dev/null; then
      run sysctl -q -w "$(cat "$held/before")" || true # its interface may be gone
      rm -rf "$held"
    fi
  done
}

# --- Interfaces ------------------------------------------------------------------------------------

# The kernel's name of an interface that may be given by an alternative name.
interface_name() {
  ip -o link show dev "$1" 2>/dev/null | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
}

# Runs a command in the namespace that is desired, or else on the machine itself.
inside() {
  if [ -n "${namespace:-}" ]; then ip netns exec "$namespace" "$@"; else "$@"; fi
}
