# shellcheck shell=sh
# Marks packets to some ports of a virtual address, so that one virtual service takes them all.

firewallmark_apply() {
  firewallmark_desired
  claim_table "$mark@$vip" "firewall mark $mark for $vip"
  rule="$family daddr $vip $protocol dport { $ports } meta mark set $mark"
  say "+ nft table $family $table: $rule"
  # Clients on other machines, and on this one. Before IPVS looks, which is after "mangle" in both.
  replace_table "
  chain prerouting {
    type filter hook prerouting priority mangle;
    $rule
  }
  chain output {
    type filter hook output priority mangle;
    $rule
  }"
  settle_table "$mark@$vip"
}

firewallmark_remove() {
  firewallmark_desired
  remove_table "$mark@$vip"
}

firewallmark_desired() {
  mark='' vip='' protocol='' ports=''
  read_desired mark vip protocol ports
  case $vip in *:*) family=ip6 ;; *) family=ip ;; esac
  swap "$vip" .: _
  table=ipvs_lab_mark_${mark}_$SWAPPED
}
