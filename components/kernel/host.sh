# shellcheck shell=sh
# The machine itself: is the interface there, and the program that does everything else.

# host check INTERFACE: needs no privilege and changes nothing.
host_check() {
  [ -z "$(interface_name "$1")" ] || return 0
  fail "$(uname -n) has no interface \"$1\"; it has: $(ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); printf "%s%s", (NR > 1 ? ", " : ""), $2 }')"
}

# host install PATH: puts this very file in place, whole or not at all.
host_install() {
  as_root mkdir -p "${1%/*}"
  as_root install -m 755 "$0" "$1.new"
  as_root mv "$1.new" "$1"
  printf 'ipvs-lab: %s is ready\n' "$1"
}

# host uninstall: the last object's removal takes all versions of the program along; as long as there
# are objects, the removals of some may name any of them.
host_uninstall() {
  objects=$(as_root find "$RUN" "$LIB" -type f -not -name lock -not -path "$LIB/bin/*" 2>/dev/null) || true
  if [ -z "$objects" ]; then
    as_root rm -rf "$RUN/lock" "$LIB/bin"
    as_root find "$RUN" "$LIB" -depth -type d -empty -delete 2>/dev/null || true
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}
