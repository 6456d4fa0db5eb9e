# shellcheck shell=sh
# Addresses on lo and tunnels' ends, which several real servers share (references.sh).

# share_address ADDRESS/PREFIX: an address on lo, which is not announced to neighbours.
share_address() {
  now=$(loopback_now "$1")
  add_reference "address $1" "$1" "$now" "address $1 on lo"
  [ -z "$now" ] || return 0
  case $1 in
    # With host scope it is not used as a source of the real server's own connections, nor of its ARP requests: a
    # namespace with the same address would not answer those.
    *:*) in_setting_namespace run ip address add "$1" dev lo nodad preferred_lft 0 ;;
    *) in_setting_namespace run ip address add "$1" dev lo scope host ;;
  esac
}

# loopback_now ADDRESS/PREFIX: prints it if it is on lo.
loopback_now() {
  in_setting_namespace ip -o address show dev lo | awk '{ print $4 }' | grep -xF -- "$1" || true
}

# share_link NAME HOW: an interface that `ip link add NAME HOW` makes.
share_link() {
  now=$(link_now "$1")
  check_reference "link $1" "$2" "$now" "interface $1"
  if [ -n "$now" ] && [ -n "$needed_before" ] && [ "$needed_before" != "$2" ]; then
    in_setting_namespace run ip link del "$1"
    now=
  fi
  # This is written only now, because it is taken as proof of how the interface was made.
  write_reference "$2"
  [ -n "$now" ] || with_words "$2" in_setting_namespace run ip link add "$1" ||
    fail "the kernel of $(uname -n) refuses a tunnel's end ($2): does another interface have the same?"
  in_setting_namespace run ip link set "$1" up
}

# link_now NAME: prints the interface as ip shows it, where there is one.
link_now() {
  in_setting_namespace ip -o link show dev "$1" 2>/dev/null || true
}

# share_fou "PORT -4|-6": UDP packets to that port are decapsulated (Generic UDP Encapsulation).
share_fou() {
  now=$(fou_now "$1")
  add_reference "fou $1" gue "$now" "the port ${1% *} of a tunnel (fou)"
  [ -n "$now" ] || fou add "$1"
}

# fou_now "PORT -4|-6": prints the port as ip shows it. Reading it loads the module, if there is one.
fou_now() {
  in_setting_namespace ip fou show 2>/dev/null | awk -v port="${1% *}" -v family="${1#* }" '
    $1 == "port" && $2 == port && (/ -6 ?/ ? "-6" : "-4") == family { print; exit }'
}

# fou add|del "PORT -4|-6"
fou() {
  case $1 in
    add)
      run modprobe fou || fail "the kernel of $(uname -n) refuses the module fou: is its package complete?"
      in_setting_namespace run ip "${2#* }" fou add port "${2% *}" gue
      ;;
    del) in_setting_namespace run ip "${2#* }" fou del port "${2% *}" ;;
  esac
}
