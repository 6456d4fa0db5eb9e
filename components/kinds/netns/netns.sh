# shellcheck shell=sh
# A network namespace with its own address on the lab's network, as if it were a machine there.
#
# The host's end of the veth pair has no address. The host forwards between it and the network, and
# answers ARP on either side for addresses on the other (proxy_arp). With an IPv6 address the namespace's gateway is
# fe80::1 on the host's end, and the host answers for the address alone (an entry of `ip neigh … proxy`).

netns_apply() {
  netns_desired
  ip_words "$namespace" "$veth" "$address" "$prefix" "$gateway" "$source" "$address6"
  pair=$(interface_name "$veth")
  if ! mine "$namespace" && [ -n "$pair" ]; then
    fail "interface $veth exists on $(uname -n) already: choose another name for veth"
  fi
  exists=$(netns_exists)
  acquire "$namespace" "network namespace $namespace" "$exists"
  # The first namespace makes /run/netns, which everybody must be able to enter.
  [ -n "$exists" ] || (umask 022 && run ip netns add "$namespace")
  missing=
  if [ -z "$exists" ] || ! ip -n "$namespace" link show dev veth0 >/dev/null 2>&1; then
    # A deleted namespace lives on, and so does its veth pair, as long as a program runs in it.
    [ -z "$pair" ] || run ip link del "$veth"
    missing="link add veth0 netns $namespace type veth peer name $veth$NEWLINE"
  fi
  run_ip '' "${missing}link set $veth up
route replace $address/32 dev $veth src $source"
  run_ip "$namespace" "address replace $address/$prefix dev veth0
link set veth0 up
link set lo up
route replace default via $gateway"

  interface_setting "$(interface_name "$interface")" conf proxy_arp
  set -- net.ipv4.ip_forward=1 "$INTERFACE_SETTING=1"
  interface_setting "$veth" conf proxy_arp
  set -- "$@" "$INTERFACE_SETTING=1"
  interface_setting "$veth" neigh proxy_delay
  share_sysctls "$@" "$INTERFACE_SETTING=0"
  [ -z "$address6" ] || netns_ipv6
  commit "$namespace" "$SETTINGS"
}

netns_desired() {
  namespace='' veth='' address='' prefix='' gateway='' source='' interface='' address6=''
  read_desired namespace veth address prefix gateway source interface address6
}

netns_ipv6() {
  name=$(interface_name "$interface")
  run_ip '' "address replace fe80::1/64 dev $veth nodad
route replace $address6/128 dev $veth
neigh replace proxy $address6 dev $name"
  run_ip "$namespace" "address replace $address6/128 dev veth0 nodad
route replace default via fe80::1 dev veth0"
  share_forwarding6
  swap "$name" . /
  share_sysctls "net.ipv6.conf.$SWAPPED.proxy_ndp=1" "net.ipv6.neigh.$SWAPPED.proxy_delay=0"
}

# Prints "yes" where the namespace is there. A file with its name is not enough: it is nothing unless it is mounted.
netns_exists() {
  [ ! -e "/run/netns/$namespace" ] || yes_if ip netns pids "$namespace"
}

netns_remove() {
  netns_desired
  if mine "$namespace"; then
    exists=$(netns_exists)
    # The pair and its routes go with the namespace, but only once the kernel has cleaned it up. (After a reboot
    # that brought no namespace back, a pair of that name is somebody else's.)
    if [ -n "$exists$whose" ] && [ -n "$(interface_name "$veth")" ]; then
      run ip link del "$veth"
    fi
    [ -z "$exists" ] || run ip netns delete "$namespace"
    [ -z "$address6" ] || run ip neigh delete proxy "$address6" dev "$(interface_name "$interface")" 2>/dev/null || true # may be gone
  fi
  release_references
  release "$namespace"
}
