# shellcheck shell=sh
# For objects that consist of one nftables table of their own: "$family $table".

# may_have_tables: false when this kernel has nf_tables as a module that is not loaded, so that there is no table.
may_have_tables() {
  if [ -d /sys/module/nf_tables ] || [ ! -r /proc/sys/kernel/osrelease ]; then return 0; fi
  read -r release </proc/sys/kernel/osrelease
  set +f
  set -- "/lib/modules/$release/kernel/net/netfilter"/nf_tables.ko*
  set -f
  [ ! -e "$1" ]
}

# acquire_table KEY WHAT
acquire_table() {
  exists=
  if may_have_tables && nft list table "$family" "$table" >/dev/null 2>&1; then exists=yes; fi
  acquire "$1" "$2 (nftables table $family $table)" "$exists"
}

# replace_table CHAINS
replace_table() {
  # Adding the table first makes deleting it safe if it does not exist; nft applies all of this at once.
  nft -f - <<EOF
table $family $table
delete table $family $table
table $family $table {
$1
}
EOF
}

# commit_table KEY: records the table as the kernel prints it, so that a change can be detected.
commit_table() {
  commit "$1" "$SETTINGS" "$(nft -s list table "$family" "$table")"
}

# remove_table KEY: removes the table and releases the object's shared settings. The record goes only when all of it is
# undone.
remove_table() {
  if mine "$1" && nft list table "$family" "$table" >/dev/null 2>&1; then
    run nft delete table "$family" "$table"
  fi
  release_references
  release "$1"
}
