# shellcheck shell=sh
# The settings on a real server's own side, if packets reach it with the virtual address (direct routing, tunnels): that
# address, without ARP for it, and the tunnel's end. The real server answers clients itself.

realserver_apply() {
  realserver_desired
  # After a reboot, a configuration file of the machine's own may have set an address that was ours.
  acquire "$OWNER" "what $OWNER needs for $vip" ''
  SETTING_NAMESPACE=$namespace
  name=$(in_setting_namespace ip -o link show dev "$interface" 2>/dev/null | sed 's/^[0-9]*: \([^:@]*\).*/\1/')
  [ -n "$name" ] ||
    fail "$(uname -n) has no interface \"$interface\"${namespace:+ in a network namespace \"$namespace\"}"
  devices=$name
  case $vip in
    *:*)
      share_address "$vip/128"
      realserver_link_local
      ;;
    *)
      # Only the director may answer ARP for the virtual address, so this is set before the address.
      realserver_silent
      share_address "$vip/32"
      ;;
  esac
  [ -z "$tunnel" ] || realserver_tunnel
  # Requests come in by another interface than the one that answers leave by. Of "all" and an interface's own setting,
  # the greater counts.
  set --
  for device in all $devices; do
    interface_setting "$device" conf rp_filter
    set -- "$@" "$INTERFACE_SETTING=0"
  done
  share_sysctls "$@"
  SETTING_NAMESPACE=
  # The host of a namespace forwards the answers, whose source may be one of the host's own addresses.
  if [ -n "$uplink" ]; then
    interface_setting "$uplink" conf rp_filter
    set -- net.ipv4.conf.all.rp_filter=0 "$INTERFACE_SETTING=0"
    interface_setting "$uplink" conf accept_local
    share_sysctls "$@" "$INTERFACE_SETTING=1"
  fi
  release_references
  commit "$OWNER" "$SETTINGS"
}

realserver_remove() {
  realserver_desired
  case $vip in *:*) ;; *) REMOVED_VIP=$vip ;; esac
  release_references
  release "$OWNER"
}

realserver_desired() {
  vip='' server='' interface='' namespace='' uplink='' address='' tunnel='' port='' checksum=''
  read_desired vip server interface namespace uplink address tunnel port checksum
}

# Because the virtual address is on lo, the kernel solicits the next hop of answers from the interface's link-local
# address (ndisc_send_ns in net/ipv6/ndisc.c). Without one it sends no solicitation.
realserver_link_local() {
  all=$(in_setting_namespace ip -o -6 addr show dev "$name")
  case $all in
    *'inet6 fe80:'* | '') ;;
    *) say "ipvs-lab: warning: $interface has no link-local address (fe80::/10), so answers to clients of $vip may never leave" ;;
  esac
}

# No interface answers ARP for addresses that are not its own: another interface may be on the same segment, or come
# there later. Of "all" and an interface's own setting, the greater counts.
realserver_silent() {
  interface_setting "$name" conf arp_ignore
  set -- net.ipv4.conf.all.arp_ignore=1+ net.ipv4.conf.all.arp_announce=2+ "$INTERFACE_SETTING=1+"
  interface_setting "$name" conf arp_announce
  share_sysctls "$@" "$INTERFACE_SETTING=2+"
}

# realserver_withdraw SERVER: removes the settings for a web server that no longer accepts virtual addresses. Pulumi
# removes their resource only at the end; until then a client on this machine would reach itself.
realserver_withdraw() {
  set +f
  for file in "$RUN"/realserver/*; do
    set -f
    [ -s "$file" ] || continue
    whose='' of='' vip=''
    while read -r key value; do
      case $key in owner) whose=$value ;; server) of=$value ;; vip) vip=$value ;; esac
    done <"$file"
    [ "$of" = "$1" ] || continue
    # In a subshell, because it is another object than this run's.
    (realserver_release "$whose" "$vip")
  done
  set -f
}

# realserver_release OWNER VIP: removes that owner's settings, like the run that removes the object.
realserver_release() {
  KIND=realserver OWNER=$1 REQUESTED='' REMOVED_VIP=''
  case $2 in *:*) ;; *) REMOVED_VIP=$2 ;; esac
  file_name "$OWNER"
  REFERENCE=$KIND:$SWAPPED
  release_references
  release "$OWNER"
}

# The tunnel's end: an interface of our own for all such tunnelled packets to the real server's address.
realserver_tunnel() {
  family=-4
  case $address in *:*) family=-6 ;; esac
  if [ "$tunnel" = gue ]; then
    share_fou "$port $family"
  fi
  case $tunnel$family in
    gre-4) realserver_link ipvs-gre "type gre local $address remote any${checksum:+ icsum}" ;;
    gre-6) realserver_link ipvs-ip6gre "type ip6gre local $address remote any${checksum:+ icsum}" ;;
    # It accepts the virtual address as a source too, because a director may choose that for its packets.
    *-6) realserver_link ipvs-ip6tnl "type ip6tnl local $address remote any mode any allow-localremote" ;;
    *)
      case $vip in
        *:*) realserver_link ipvs-sit "type sit local $address remote any" ;;
        *) realserver_link ipvs-ipip "type ipip local $address remote any" ;;
      esac
      ;;
  esac
}

realserver_link() {
  share_link "$1" "$2"
  devices="$devices $1"
}
