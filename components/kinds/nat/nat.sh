# shellcheck shell=sh
# Source NAT for clients on the real servers' own network. Without it, a real server answers such a client directly,
# without the director, and the client drops an answer that it did not request.

nat_apply() {
  nat_desired
  acquire_table "$vip" "source NAT for $vip"
  # Real servers that answer clients themselves (direct routing, tunnels) must see the client's address. Their tracked
  # connections are recognised by the virtual address at the other end, which IPVS does not change.
  rule="$family saddr $network ct original $family daddr $vip ct reply $family saddr != $vip masquerade"
  say "+ nft table $family $table: $rule"
  replace_table "
  chain postrouting {
    type nat hook postrouting priority srcnat;
    $rule
  }"
  # Every connection is now tracked, until two minutes after its end. On a small machine, about 50 connections a second
  # fill the default table, and then packets of all kinds are dropped.
  share_sysctls net.ipv4.vs.conntrack=1 net.netfilter.nf_conntrack_max=262144+
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
