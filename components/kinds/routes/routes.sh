# shellcheck shell=sh
# The routes of a router (bgprouter.sh) to virtual addresses. Changes nothing.

ROUTES_WAIT=30 # the most seconds to wait until all directors are next hops; one in maintenance never is

# Waits until each of "directors" is a next hop to each of "addresses", and prints those that are: "ADDRESS NEXT HOPS".
# "service" is not used here; it is in the input so that a changed service is waited for again.
routes_read() {
  directors='' addresses='' service=''
  read_desired directors addresses service
  tries=0
  until routes_by_all || [ "$tries" -ge "$((2 * ROUTES_WAIT))" ]; do
    tries=$((tries + 1))
    sleep 0.5
  done
  for address in $addresses; do
    printf '%s%s\n' "$address" "$(routes_hops "$address")"
  done
}

# True when the kernel has all directors as next hops to all addresses.
routes_by_all() {
  for address in $addresses; do
    hops="$(routes_hops "$address") "
    for director in $directors; do
      case $hops in *" $director "*) ;; *) return 1 ;; esac
    done
  done
}

# routes_hops ADDRESS: prints a space and the next hop for each.
routes_hops() {
  ip route show "$1" | tr -s ' \n' '\n' | sed -n '/^via$/{n;s/^/ /;p;}' | tr -d '\n'
}
