# shellcheck shell=sh
# Marks packets to some ports of a virtual address, so that one virtual service takes them all.

firewallmark_apply() {
  firewallmark_desired
  acquire_table "$mark@$vip" "firewall mark $mark for $vip"
  firewallmark_rules
  # For clients on other machines and on this one. Both hooks come before IPVS, which is after "mangle".
  replace_table "
  chain prerouting {
    type filter hook prerouting priority mangle;
    $rule
  }
  chain output {
    type filter hook output priority mangle;
    $rule
  }"
  commit_table "$mark@$vip"
}

firewallmark_remove() {
  firewallmark_desired
  remove_table "$mark@$vip"
}

# Sets "rule" to the rules of all protocols: besides the first one, others may have ports of their own.
firewallmark_rules() {
  rule=
  firewallmark_rule "$protocol" "$ports"
  firewallmark_rule tcp "$tcp"
  firewallmark_rule udp "$udp"
  firewallmark_rule sctp "$sctp"
}

firewallmark_rule() {
  [ -n "$2" ] || return 0
  set -- "$family daddr $vip $1 dport { $2 } meta mark set $mark"
  say "+ nft table $family $table: $1"
  rule=$rule${rule:+"$NEWLINE    "}$1
}

firewallmark_desired() {
  mark='' vip='' protocol='' ports='' tcp='' udp='' sctp=''
  read_desired mark vip protocol ports tcp udp sctp
  case $vip in *:*) family=ip6 ;; *) family=ip ;; esac
  swap "$vip" .: _
  table=ipvs_lab_mark_${mark}_$SWAPPED
}
