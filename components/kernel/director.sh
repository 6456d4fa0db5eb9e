# shellcheck shell=sh
# A director: the packages and the kernel module that IPVS needs, forwarding between interfaces, and
# what IPVS has one of for all its services: settings, timeouts, daemons that share connections.

director_apply() {
  director_desired
  # After a reboot somebody's file may have started a daemon that was ours.
  # shellcheck disable=SC2034 # read by hold
  if returned "$OWNER"; then ADOPT=yes; fi
  claim "$OWNER" "director $OWNER" ''
  # shellcheck disable=SC2086 # package names, separated by blanks
  install_packages $packages
  if ! [ -d /proc/sys/net/ipv4/vs ]; then
    run modprobe ip_vs || fail "the kernel of $(uname -n) refuses the module ip_vs: is its package complete, and is the module not blacklisted?"
  fi
  # Masquerade hands packets from one interface to another.
  hold_sysctl net.ipv4.ip_forward 1
  # Else clients of a real server that was removed would hang for minutes instead of connecting anew.
  case " $sysctls " in
    *" expire_nodest_conn="*) ;;
    *) hold_sysctl net.ipv4.vs.expire_nodest_conn 1 ;;
  esac
  for setting in $sysctls; do
    hold_sysctl "net.ipv4.vs.${setting%%=*}" "${setting#*=}"
  done
  for setting in $timeouts; do
    hold_timeout "${setting%%=*}" "${setting#*=}"
  done
  director_daemon master "$master"
  director_daemon backup "$backup"
  # Real servers answer clients here themselves, with the virtual address, which is one of this machine.
  [ -z "$clients" ] || hold_interface "$(interface_name "$clients")" conf accept_local 1
  release_sysctls
  settle "$OWNER" "$SETTINGS"
}

director_remove() {
  director_desired
  release_sysctls
  # shellcheck disable=SC2086
  release_packages "$purge" $packages
  unclaim "$OWNER"
}

director_desired() {
  packages='' purge='' clients='' sysctls='' timeouts='' master='' backup=''
  read_desired packages purge clients sysctls timeouts master backup
}

# director_daemon ROLE "mcast=INTERFACE, …": the kernel tells its own name of the interface.
director_daemon() {
  [ -n "$2" ] || return 0
  interface=${2#mcast=}
  interface=${interface%%,*}
  name=$(interface_name "$interface")
  [ -n "$name" ] || host_check "$interface"
  hold_daemon "$1" "mcast=$name${2#"mcast=$interface"}"
}
