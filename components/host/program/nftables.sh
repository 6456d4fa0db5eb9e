# shellcheck shell=sh
# An nftables table of an object's own, which is all of it: "$family $table".

# acquire_table KEY WHAT
acquire_table() {
  acquire "$1" "$2 (nftables table $family $table)" "$(yes_if nft list table "$family" "$table")"
}

# replace_table CHAINS
replace_table() {
  # Adding the table first makes deleting it safe where it is not there; nft does all of it at once.
  nft -f - <<EOF
table $family $table
delete table $family $table
table $family $table {
$1
}
EOF
}

# commit_table KEY: it is remembered as the kernel has it, to see whether it is still the same.
commit_table() {
  commit "$1" "$SETTINGS" "$(nft -s list table "$family" "$table")"
}

# remove_table KEY: with the shared settings of its object. Nothing is forgotten before all of it is undone.
remove_table() {
  if mine "$1" && nft list table "$family" "$table" >/dev/null 2>&1; then
    run nft delete table "$family" "$table"
  fi
  release_references
  release "$1"
}
