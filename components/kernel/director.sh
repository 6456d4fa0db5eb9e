# shellcheck shell=sh
# A director: the packages and the kernel module that IPVS needs, and forwarding between interfaces.

director_apply() {
  packages='' purge=''
  read_desired packages purge
  claim "$OWNER" "director $OWNER" ''
  # shellcheck disable=SC2086 # package names, separated by blanks
  install_packages $packages
  if ! [ -d /proc/sys/net/ipv4/vs ]; then
    run modprobe ip_vs || fail "the kernel of $(uname -n) refuses the module ip_vs: is its package complete, and is the module not blacklisted?"
  fi
  # Masquerade hands packets from one interface to another.
  hold_sysctl net.ipv4.ip_forward 1
  # Else clients of a real server that was removed would hang for minutes instead of connecting anew.
  hold_sysctl net.ipv4.vs.expire_nodest_conn 1
  settle "$OWNER" "$SETTINGS"
}

director_remove() {
  packages='' purge=''
  read_desired packages purge
  release_sysctls
  # shellcheck disable=SC2086
  release_packages "$purge" $packages
  unclaim "$OWNER"
}
