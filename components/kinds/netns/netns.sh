# shellcheck shell=sh
# A network namespace with its own address on the lab's network, as if it were a machine there.
#
# The host's end of the veth pair has no address. The host forwards between it and the network, and
# answers ARP on either side for addresses on the other (proxy_arp).

netns_apply() {
  namespace='' veth='' address='' prefix='' gateway='' source='' interface=''
  read_desired namespace veth address prefix gateway source interface
  if ! mine "$namespace" && ip -o link show dev "$veth" >/dev/null 2>&1; then
    fail "interface $veth exists on $(uname -n) already: choose another name for veth"
  fi
  exists=$(yes_if ip netns pids "$namespace")
  acquire "$namespace" "network namespace $namespace" "$exists"
  # The first namespace makes /run/netns, which everybody must be able to enter.
  [ -n "$exists" ] || (umask 022 && run ip netns add "$namespace")
  if ! ip -n "$namespace" link show dev veth0 >/dev/null 2>&1; then
    # A deleted namespace lives on, and so does its veth pair, as long as a program runs in it.
    ! ip -o link show dev "$veth" >/dev/null 2>&1 || run ip link del "$veth"
    run ip link add veth0 netns "$namespace" type veth peer name "$veth"
  fi
  run ip link set "$veth" up
  run ip -n "$namespace" address replace "$address/$prefix" dev veth0
  run ip -n "$namespace" link set veth0 up
  run ip -n "$namespace" link set lo up
  run ip route replace "$address/32" dev "$veth" src "$source"
  run ip -n "$namespace" route replace default via "$gateway"

  share_sysctl net.ipv4.ip_forward 1
  share_interface_setting "$(interface_name "$interface")" conf proxy_arp 1
  share_interface_setting "$veth" conf proxy_arp 1
  share_interface_setting "$veth" neigh proxy_delay 0
  commit "$namespace" "$SETTINGS"
}

netns_remove() {
  namespace='' veth='' address='' prefix='' gateway='' source='' interface=''
  read_desired namespace veth address prefix gateway source interface
  if mine "$namespace"; then
    exists=$(yes_if ip netns pids "$namespace")
    # The pair and its routes go with the namespace, but only once the kernel has cleaned it up. (After a reboot
    # that brought no namespace back, a pair of that name is somebody else's.)
    if [ -n "$exists$whose" ] && ip -o link show dev "$veth" >/dev/null 2>&1; then
      run ip link del "$veth"
    fi
    [ -z "$exists" ] || run ip netns delete "$namespace"
  fi
  release_references
  release "$namespace"
}
