# shellcheck shell=sh
# The machine itself: is the interface there, and the program that does everything else.

# host check INTERFACE: needs no privilege and changes nothing.
host_check() {
  needs awk cmp find flock install ip sha256sum sysctl
  is_root || needs sudo
  [ -z "$(interface_name "$1")" ] || return 0
  fail "$(uname -n) has no interface \"$1\"; it has: $(ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); printf "%s%s", (NR > 1 ? ", " : ""), $2 }')"
}

# host install PATH WHY: puts this very file in place; WHY is the generation of that.
host_install() {
  allowed_program "$1"
  if ! cmp -s "$0" "$1"; then
    host_folders
    host_write "$1" install -D -m 755 /dev/stdin "$1" <"$0"
    said=$(cmp "$0" "$1" 2>&1) || fail "$1 on $(uname -n) is not what was written there, or cannot be read by who logs in: ${said##*: }"
  fi
  "$1" --generation "$2" host settle
  say "ipvs-lab: $1 is ready"
}

# Each folder above it with its own mode. Leading folders that "install -D" makes are 0755 by GNU's, and whatever
# umask leaves by uutils'; and some are 0700 because of an earlier version of this.
host_folders() {
  if is_root || ! [ -r "$LIB/bin" ] || ! [ -x "$LIB/bin" ]; then
    host_write "$LIB" install -d -m 711 "$LIB"
    host_write "$LIB/bin" install -d -m 755 "$LIB/bin"
  fi
}

# host_write PATH COMMAND…: as root; where it fails, in the system's own words.
host_write() {
  written=$1
  shift
  said=$(as_root "$@" 2>&1) || {
    # sudo's words where it allows this to nobody, or to nobody without a password.
    case $said in *[Ss]udo* | *sorry*) said="$said; has root put this version there? (npm run sudoers)" ;; esac
    fail "cannot write $written on $(uname -n): ${said##*: }"
  }
}

# host settle: remembers why the program was put in place last.
host_settle() {
  private_folders
  printf '%s\n' "$GENERATION" >"$SELF.generation" || write_failed "$SELF.generation" "$SELF.generation"
}

# host uninstall: the last object's removal takes all versions of the program along; as long as there
# are objects, the removals of some may name any of them.
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
