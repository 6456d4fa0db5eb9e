# shellcheck shell=sh
# A director: the packages and the kernel module that IPVS needs, forwarding between interfaces, and
# IPVS's machine-wide settings, timeouts and synchronisation daemons.

director_apply() {
  director_desired
  # After a reboot, a configuration file of the machine's own may have started a daemon that was ours.
  acquire "$OWNER" "director $OWNER" ''
  with_words "$packages" install_packages
  if ! [ -d /proc/sys/net/ipv4/vs ]; then
    run modprobe ip_vs || fail "the kernel of $(uname -n) refuses the module ip_vs: is its package complete, and is the module not blacklisted?"
  fi
  # Masquerade forwards packets from one interface to another.
  set -- net.ipv4.ip_forward=1
  # Otherwise clients of a removed real server would hang for minutes instead of reconnecting, and clients that
  # persistence keeps with a real server would still connect to it when it has weight 0.
  for setting in expire_nodest_conn expire_quiescent_template; do
    case " $sysctls " in
      *" $setting="*) ;;
      *) set -- "$@" "net.ipv4.vs.$setting=1" ;;
    esac
  done
  share_sysctls "$@"
  for setting in $sysctls; do
    director_sysctl "${setting%%=*}" "${setting#*=}"
  done
  for setting in $timeouts; do
    share_timeout "${setting%%=*}" "${setting#*=}"
  done
  director_daemon master "$master"
  director_daemon backup "$backup"
  # Real servers answer clients on this machine from the virtual address, which this machine has too.
  if [ -n "$clients" ]; then
    interface_setting "$(interface_name "$clients")" conf accept_local
    share_sysctls "$INTERFACE_SETTING=1"
  fi
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

# director_processors LAST: the kernel refuses a list with a processor that it does not have.
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

# director_daemon ROLE "mcast=INTERFACE, …": the kernel reports its own name of the interface.
director_daemon() {
  [ -n "$2" ] || return 0
  interface=${2#mcast=}
  interface=${interface%%,*}
  name=$(interface_name "$interface")
  [ -n "$name" ] || host_check "$interface"
  share_daemon "$1" "mcast=$name${2#"mcast=$interface"}"
}

# IPv6 is forwarded only if somebody needs it: a machine that forwards ignores router advertisements, unless accept_ra
# is 2. Network managers that read advertisements themselves set accept_ra to 0.
share_forwarding6() {
  for device in $(ip -6 -o route show default proto ra | sed -n 's/.* dev \([^ ]*\) .*/\1/p'); do
    swap "$device" . /
    setting=net.ipv6.conf.$SWAPPED.accept_ra
    read_sysctl "$setting" || continue
    file_name "$setting"
    if [ "$now" = 1 ] || [ -d "$RUN/sysctl/$SWAPPED" ]; then share_known_sysctl "$setting" 2; fi
  done
  share_sysctls net.ipv6.conf.all.forwarding=1
}
