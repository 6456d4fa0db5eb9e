# shellcheck shell=sh
# The machine itself: is the interface there, and the program that does everything else.

# host check INTERFACE: needs no privilege and changes nothing.
host_check() {
  [ -z "$(interface_name "$1")" ] || return 0
  fail "$(uname -n) has no interface \"$1\"; it has: $(ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); printf "%s%s", (NR > 1 ? ", " : ""), $2 }')"
}

# host install PATH WHY: puts this very file in place; WHY is the generation of that.
host_install() {
  allowed_program "$1"
  if ! cmp -s "$0" "$1"; then
    said=$(as_root install -D -m 755 /dev/stdin "$1" <"$0" 2>&1) || {
      # sudo's words where it allows this to nobody, or to nobody without a password.
      case $said in *[Ss]udo* | *sorry*) said="$said; has root put this version there? (npm run sudoers)" ;; esac
      fail "cannot write $1 on $(uname -n): ${said##*: }"
    }
    cmp -s "$0" "$1" || fail "$1 on $(uname -n) cannot be read by who logs in: may others read it, and pass through its folders?"
  fi
  "$1" --generation "$2" host settle
  say "ipvs-lab: $1 is ready"
}

# host settle: remembers why the program was put in place last.
host_settle() {
  private_folders
  printf '%s\n' "$GENERATION" >"$SELF.generation"
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
