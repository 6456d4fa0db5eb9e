# shellcheck shell=sh
# What direct routing and tunnels need on a real server: it takes packets for the virtual address, but
# never answers ARP for it, which is the director's to do.

realserver_apply() {
  vip='' forwarding='' interface='' namespace=''
  read_desired vip forwarding interface namespace
  device=$(realserver_device)
  claim "$vip-$namespace" "address $vip on $device of $(uname -n)${namespace:+ ($namespace)}" \
    "$(yes_if realserver_has_vip)"
  if [ "$forwarding" = ipip ]; then
    run modprobe ipip # brings tunl0 into every namespace
    run inside ip link set tunl0 up
    set_inside net.ipv4.conf.tunl0.rp_filter 0
  fi
  realserver_has_vip || run inside ip address add "$vip/32" dev "$device"
  set_inside net.ipv4.conf.all.arp_ignore 1
  set_inside net.ipv4.conf.all.arp_announce 2
  # The director's packets come from clients that this machine would reach another way.
  set_inside net.ipv4.conf.all.rp_filter 0
  if [ -n "$namespace" ]; then
    set_inside net.ipv4.conf.veth0.rp_filter 0
  else
    set_inside "net.ipv4.conf.$(interface_name "$interface" | tr . /).rp_filter" 0
  fi
}

realserver_remove() {
  # shellcheck disable=SC2034
  vip='' forwarding='' interface='' namespace=''
  read_desired vip forwarding interface namespace
  device=$(realserver_device)
  if mine "$vip-$namespace" && realserver_has_vip; then
    run inside ip address del "$vip/32" dev "$device"
  fi
  unclaim "$vip-$namespace"
  release_sysctls
}

realserver_device() {
  if [ "$forwarding" = ipip ]; then echo tunl0; else echo lo; fi
}

realserver_has_vip() {
  inside ip -o -4 address show dev "$device" 2>/dev/null | awk '{ print $4 }' | grep -qxF "$vip/32"
}

# A namespace's settings end with it; the machine's own are put back.
set_inside() {
  if [ -n "$namespace" ]; then
    run ip netns exec "$namespace" sysctl -q -w "$1=$2"
  else
    hold_sysctl "$1" "$2"
  fi
}
