# shellcheck shell=sh
# A static redirection: destination NAT of one address and port to one backend, without IPVS.

redirect_apply() {
  redirect_desired
  acquire_table "$key" "static redirection of $key"
  say "+ nft table $family $table: $family daddr $vip $protocol dport $port dnat to $target"
  # Clients that would be answered without this machine get its address as their source: the backend's neighbours, the
  # backend itself, and this machine if it connects from the virtual address.
  asked="meta l4proto $protocol ct original $family daddr $vip ct original proto-dst $port"
  replace_table "
  chain prerouting {
    type nat hook prerouting priority dstnat;
    $family daddr $vip $protocol dport $port dnat to $target
  }
  chain output {
    type nat hook output priority -100;
    $family daddr $vip $protocol dport $port dnat to $target
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ${network:+$asked $family saddr $network masquerade}
    $asked fib saddr type local masquerade
  }"
  # A director forwards IPv4 already.
  [ "$family" = ip ] || share_forwarding6
  # As with source NAT, every connection is tracked until two minutes after its end.
  share_sysctls net.netfilter.nf_conntrack_max=262144+
  commit_table "$key"
}

redirect_remove() {
  redirect_desired
  remove_table "$key"
}

redirect_desired() {
  vip='' port='' protocol='' address='' target_port='' network=''
  read_desired vip port protocol address target_port network
  family=ip target=$address:$target_port key="$protocol $vip:$port"
  case $vip in
    *:*) family=ip6 target="[$address]:$target_port" key="$protocol [$vip]:$port" ;;
  esac
  swap "$vip" .: _
  table=ipvs_lab_${protocol}_${SWAPPED}_$port
}
