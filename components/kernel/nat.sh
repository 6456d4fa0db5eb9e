# shellcheck shell=sh
# Source NAT for clients on the real servers' own network: without it a real server answers such a
# client directly, past the director, and the client drops what it did not ask for.

nat_apply() {
  vip='' network=''
  read_desired vip network
  table=ipvs_lab_$(printf '%s' "$vip" | tr . _)
  claim "$vip" "source NAT for $vip (nftables table ip $table)" "$(yes_if nft list table ip "$table")"
  # Adding the table first makes deleting it safe where it is not there; nft does all of it at once.
  printf '+ nft table ip %s: ip saddr %s ct original ip daddr %s masquerade\n' "$table" "$network" "$vip"
  nft -f - <<EOF
table ip $table
delete table ip $table
table ip $table {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr $network ct original ip daddr $vip masquerade
  }
}
EOF
  hold_sysctl net.ipv4.vs.conntrack 1
  # Every connection is tracked now, for two minutes after its end: the default of a small machine is
  # full after some 50 connections a second, and then packets of all kinds are dropped.
  hold_sysctl net.netfilter.nf_conntrack_max "$(at_least net.netfilter.nf_conntrack_max 262144)"
  # As the kernel has it, to see whether it is still the same.
  settle "$vip" "$SETTINGS" "$(nft -s list table ip "$table")"
}

nat_remove() {
  vip='' network=''
  read_desired vip network
  table=ipvs_lab_$(printf '%s' "$vip" | tr . _)
  if mine "$vip"; then
    if nft list table ip "$table" >/dev/null 2>&1; then
      run nft delete table ip "$table"
    fi
  fi
  unclaim "$vip"
  release_sysctls
}
