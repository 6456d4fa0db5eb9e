# shellcheck shell=sh
# Marks packets to some ports of a virtual address, so that one virtual service takes them all.

firewallmark_apply() {
  firewallmark_desired
  claim "$mark@$vip" "firewall mark $mark for $vip (nftables table $family $table)" "$(yes_if nft list table "$family" "$table")"
  rule="$family daddr $vip $protocol dport { $ports } meta mark set $mark"
  printf '+ nft table %s %s: %s\n' "$family" "$table" "$rule"
  # Clients on other machines, and on this one. Before IPVS looks, which is after "mangle" in both.
  nft -f - <<EOF
table $family $table
delete table $family $table
table $family $table {
  chain prerouting {
    type filter hook prerouting priority mangle;
    $rule
  }
  chain output {
    type filter hook output priority mangle;
    $rule
  }
}
EOF
  settle "$mark@$vip" "$SETTINGS" "$(nft -s list table "$family" "$table")"
}

firewallmark_remove() {
  firewallmark_desired
  if mine "$mark@$vip" && nft list table "$family" "$table" >/dev/null 2>&1; then
    run nft delete table "$family" "$table"
  fi
  unclaim "$mark@$vip"
}

firewallmark_desired() {
  mark='' vip='' protocol='' ports=''
  read_desired mark vip protocol ports
  case $vip in *:*) family=ip6 ;; *) family=ip ;; esac
  table=ipvs_lab_mark_$(printf '%s_%s' "$mark" "$vip" | tr .: __)
}
