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

# host uninstall PATH: other versions stay for the objects that they made; the last one takes along
# what is empty by then.
host_uninstall() {
  as_root rm -f "$1"
  if [ -z "$(ls -A "${1%/*}" 2>/dev/null)" ]; then
    as_root rm -f "$RUN/lock"
    as_root find "$RUN" "$LIB" -depth -type d -empty -delete 2>/dev/null || true
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}
