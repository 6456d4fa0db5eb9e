# shellcheck shell=sh
# A virtual address on an interface.

address_apply() {
  address='' interface=''
  read_desired address interface
  name=$(interface_name "$interface")
  [ -n "$name" ] || host_check "$interface"
  exists=$(yes_if address_present)
  claim "$address@$interface" "address $address on $interface" "$exists"
  if [ -z "$exists" ]; then
    # No wait for somebody else to claim it (IPv6): connections come at once.
    case $address in
      *:*) run ip address add "$address" dev "$name" nodad ;;
      *) run ip address add "$address" dev "$name" ;;
    esac
  fi
  settle "$address@$interface" "$SETTINGS"
  # Neighbours that knew the address elsewhere learn it anew. Nobody answers, so nobody waits. (Of IPv6
  # they find out by themselves when the old one does not answer.)
  case $address in *:*) return 0 ;; esac
  if command -v arping >/dev/null; then
    say "+ arping -U -c 1 -I $name ${address%/*}"
    arping -q -U -c 1 -I "$name" "${address%/*}" </dev/null >/dev/null 2>&1 9>&- &
  fi
}

address_remove() {
  address='' interface=''
  read_desired address interface
  name=$(interface_name "$interface")
  if mine "$address@$interface" && [ -n "$name" ] && address_present; then
    run ip address del "$address" dev "$name"
  fi
  unclaim "$address@$interface"
}

address_present() {
  case $address in *:*) family=-6 ;; *) family=-4 ;; esac
  case $(ip -o "$family" address show dev "$name") in *" inet $address "* | *" inet6 $address "*) ;; *) return 1 ;; esac
}
