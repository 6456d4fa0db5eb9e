# shellcheck shell=sh
# A virtual address on an interface.

address_apply() {
  address='' interface=''
  read_desired address interface
  name=$(interface_name "$interface")
  [ -n "$name" ] || host_check "$interface"
  exists=$(address_state)
  acquire "$address@$interface" "address $address on $interface" "${exists:+yes}"
  case $address in
    *:*) [ "$exists" = deprecated ] || address_quiet "${exists:+change}" ;;
    *) [ -n "$exists" ] || run ip address add "$address" dev "$name" ;;
  esac
  commit "$address@$interface" "$SETTINGS"
  # Neighbours that knew the address elsewhere learn the new place. Nobody answers this, so it runs without waiting.
  # (With IPv6, neighbours find out by themselves when the old machine does not answer.)
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
  release "$address@$interface"
}

address_present() {
  [ -n "$(address_state)" ]
}

# Prints "preferred" or "deprecated", as IPv6 calls it; nothing if the address is not there.
address_state() {
  case $address in *:*) family=-6 ;; *) family=-4 ;; esac
  shown=$(ip -o "$family" address show dev "$name") || return 0
  case $shown in
    *" inet $address "*) echo preferred ;;
    *" inet6 $address "*)
      shown=${shown#*" inet6 $address "}
      case ${shown%%"$NEWLINE"*} in *" deprecated "*) echo deprecated ;; *) echo preferred ;; esac
      ;;
  esac
}

# address_quiet [change]: options for IPv6. Without duplicate address detection, because connections come at once. And
# deprecated (preferred_lft 0), so that it is not the source of the director's own connections: real servers that have
# it too would answer themselves.
address_quiet() {
  run ip address "${1:-add}" "$address" dev "$name" nodad preferred_lft 0
}
