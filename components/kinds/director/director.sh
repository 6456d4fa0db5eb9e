# shellcheck shell=sh
# A director: the packages and the kernel module that IPVS needs, forwarding between interfaces, and
# what IPVS has one of for all its services: settings, timeouts, daemons that share connections.

director_apply() {
  director_desired
  # After a reboot somebody's file may have started a daemon that was ours.
  acquire "$OWNER" "director $OWNER" ''
  with_words "$packages" install_packages
  if ! [ -d /proc/sys/net/ipv4/vs ]; then
    run modprobe ip_vs || fail "the kernel of $(uname -n) refuses the module ip_vs: is its package complete, and is the module not blacklisted?"
  fi
  # Masquerade hands packets from one interface to another.
  share_sysctl net.ipv4.ip_forward 1
  # Else clients of a real server that was removed would hang for minutes instead of connecting anew, and
  # those that persistence keeps with one would go on to connect to it when it has weight 0.
  for setting in expire_nodest_conn expire_quiescent_template; do
    case " $sysctls " in
      *" $setting="*) ;;
      *) share_sysctl "net.ipv4.vs.$setting" 1 ;;
    esac
  done
  for setting in $sysctls; do
    director_sysctl "${setting%%=*}" "${setting#*=}"
  done
  for setting in $timeouts; do
    share_timeout "${setting%%=*}" "${setting#*=}"
  done
  director_daemon master "$master"
  director_daemon backup "$backup"
  # Real servers answer clients here themselves, with the virtual address, which is one of this machine.
  [ -z "$clients" ] || share_interface_setting "$(interface_name "$clients")" conf accept_local 1
  release_references
  commit "$OWNER" "$SETTINGS"
}

director_remove() {
  director_desired
  release_references
  with_words "$packages" release_packages "$purge"
  release "$OWNER"
}

director_desired() {
  packages='' purge='' clients='' sysctls='' timeouts='' master='' backup=''
  read_desired packages purge clients sysctls timeouts master backup
}

# director_sysctl NAME VALUE: a pair is written with a comma, and the kernel prints it with a tab.
director_sysctl() {
  case $1 in
    sync_threshold)
      swap "$2" , ' '
      set -- "$1" "$SWAPPED"
      ;;
  esac
  read_sysctl "net.ipv4.vs.$1" 2>/dev/null || director_lacks "$1"
  [ "$1" != est_cpulist ] || director_processors "${2##*[,-]}"
  swap "$now" "$TAB" ' '
  now=$SWAPPED
  share_known_sysctl "net.ipv4.vs.$1" "$2"
}

# director_processors LAST: the kernel takes no list with one that it has not.
director_processors() {
  read -r there </sys/devices/system/cpu/possible || return 0
  [ "$1" -le "${there##*[,-]}" ] ||
    fail "sysctls.est_cpulist: $(uname -n) has the processors $there, not $1"
}

director_lacks() {
  case $1 in
    est_*) since=6.2 ;;
    *_lfactor) since=7.1 ;;
    conn_max) since=7.2 ;;
    *) since='' ;;
  esac
  fail "sysctls.$1: Linux $(uname -r) of $(uname -n) has no net.ipv4.vs.$1${since:+; Linux $since brought it}"
}

# director_daemon ROLE "mcast=INTERFACE, …": the kernel tells its own name of the interface.
director_daemon() {
  [ -n "$2" ] || return 0
  interface=${2#mcast=}
  interface=${interface%%,*}
  name=$(interface_name "$interface")
  [ -n "$name" ] || host_check "$interface"
  share_daemon "$1" "mcast=$name${2#"mcast=$interface"}"
}

# IPv6 goes from one interface to another only where somebody needs it: a machine that forwards takes no router's
# advertisements any more, unless it is told to. Network managers that read these themselves have accept_ra 0.
share_forwarding6() {
  for device in $(ip -6 -o route show default proto ra | sed -n 's/.* dev \([^ ]*\) .*/\1/p'); do
    swap "$device" . /
    setting=net.ipv6.conf.$SWAPPED.accept_ra
    read_sysctl "$setting" || continue
    file_name "$setting"
    if [ "$now" = 1 ] || [ -d "$RUN/sysctl/$SWAPPED" ]; then share_known_sysctl "$setting" 2; fi
  done
  share_sysctl net.ipv6.conf.all.forwarding 1
}
