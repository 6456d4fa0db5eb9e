# shellcheck shell=sh
# Source NAT for clients on the real servers' own network: without it a real server answers such a
# client directly, past the director, and the client drops what it did not ask for.

nat_apply() {
  nat_desired
  acquire_table "$vip" "source NAT for $vip"
  # Real servers that answer clients themselves (direct routing, tunnels) must see who asks: IPVS leaves
  # the tracked connection's other end as it was, the virtual address.
  rule="$family saddr $network ct original $family daddr $vip ct reply $family saddr != $vip masquerade"
  say "+ nft table $family $table: $rule"
  replace_table "
  chain postrouting {
    type nat hook postrouting priority srcnat;
    $rule
  }"
  share_sysctl net.ipv4.vs.conntrack 1
  # Every connection is tracked now, for two minutes after its end: the default of a small machine is
  # full after some 50 connections a second, and then packets of all kinds are dropped.
  share_minimum net.netfilter.nf_conntrack_max 262144
  commit_table "$vip"
}

nat_remove() {
  nat_desired
  remove_table "$vip"
}

nat_desired() {
  vip='' network=''
  read_desired vip network
  case $vip in *:*) family=ip6 ;; *) family=ip ;; esac
  swap "$vip" .: _
  table=ipvs_lab_$SWAPPED
}
