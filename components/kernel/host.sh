# shellcheck shell=sh
# The machine itself: is the interface there, and the program that does everything else.

# host check INTERFACE: needs no privilege and changes nothing.
host_check() {
  [ -z "$(interface_name "$1")" ] || return 0
  fail "$(uname -n) has no interface \"$1\"; it has: $(ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); printf "%s%s", (NR > 1 ? ", " : ""), $2 }')"
}

# host install PATH: puts the program (standard input) in place, whole or not at all.
host_install() {
  as_root mkdir -p "$(dirname "$1")"
  # shellcheck disable=SC2016 # expanded by the inner shell
  as_root sh -c 'cat >"$1.new" && chmod 755 "$1.new" && mv "$1.new" "$1"' sh "$1"
  printf 'ipvs-lab: %s is ready\n' "$1"
}

# host uninstall PATH: other versions stay for the objects that they made.
host_uninstall() {
  rm -f "$1"
  rmdir "$(dirname "$1")" "$LIB/web" "$LIB/packages" "$LIB/webserver" "$LIB" 2>/dev/null || true
  find "$RUN" -depth -type d -empty -delete 2>/dev/null || true
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}
