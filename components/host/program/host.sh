# shellcheck shell=sh
# The machine itself: the check of its interface, and the installation of the program that does everything else.

# host check INTERFACE: needs no privilege and changes nothing.
host_check() {
  needs awk cmp find flock install ip sha256sum sysctl
  is_root || needs sudo
  [ -z "$(interface_name "$1")" ] || return 0
  fail "$(uname -n) has no interface \"$1\"; it has: $(ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); printf "%s%s", (NR > 1 ? ", " : ""), $2 }')"
}

# host install PATH WHY: puts this very file in place; WHY is the drift fingerprint of the installation.
host_install() {
  allowed_program "$1"
  if ! cmp -s "$0" "$1"; then
    # On a new machine one program makes the folders and the file: each sudo costs as much as eight other programs. The
    # folders get their modes afterwards, here or by "host settle".
    if is_root || [ -e "$LIB" ]; then host_folders; fi
    (umask 022 && host_write "$1" install -D -m 755 /dev/stdin "$1" <"$0")
    is_root || host_folders
    said=$(cmp "$0" "$1" 2>&1) || fail "$1 on $(uname -n) is not what was written there, or cannot be read by who logs in: ${said##*: }"
  fi
  "$1" --generation "$2" host settle
  say "ipvs-lab: $1 is ready"
}

# Each folder above it gets an explicit mode. Parent folders that "install -D" makes are 0755 with GNU's, and depend on
# the umask with uutils'; and an earlier version of this program left some at 0700.
host_folders() {
  if is_root || ! [ -r "$LIB/bin" ] || ! [ -x "$LIB/bin" ]; then
    host_write "$LIB" install -d -m 711 "$LIB"
    host_write "$LIB/bin" install -d -m 755 "$LIB/bin"
  fi
}

# host_write PATH COMMAND…: runs it as root; an error gives the system's own reason.
host_write() {
  written=$1
  shift
  said=$(as_root "$@" 2>&1) || {
    # sudo's messages if it does not allow this, or not without a password.
    case $said in *[Ss]udo* | *sorry*) said="$said; has root put this version there? (npm run sudoers)" ;; esac
    fail "cannot write $written on $(uname -n): ${said##*: }"
  }
}

# host settle: remembers why the program was put in place last.
host_settle() {
  private_folders
  printf '%s\n' "$GENERATION" >"$SELF.generation" || write_failed "$SELF.generation" "$SELF.generation"
}

# host uninstall: once no object is left, all versions of the program are removed. Before that, the removal of an object
# may need any version.
host_uninstall() {
  objects=$(find "$RUN" "$LIB" -type f -not -name lock -not -name last -not -path "$LIB/bin/*" 2>/dev/null) || true
  if [ -z "$objects" ]; then
    rm -rf "$RUN/lock" "$LIB/last" "${LIB:?}/bin"
    find "$RUN" "$LIB" -depth -type d -empty -delete 2>/dev/null || true
  fi
}

as_root() {
  if is_root; then "$@"; else sudo -n "$@"; fi
}
