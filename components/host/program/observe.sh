# shellcheck shell=sh
# Prints the state of this machine, for the comparison with what was applied. Changes nothing.
#
# The output has sections, each after a line "@@ NAME". Every preview waits for this, and starting a program is slow on
# an emulated machine. So each section runs one program, and the shell itself does the rest.

# observe [all]: with "all", also what no preview compares but `npm run import` needs.
observe() {
  section host
  read -r name </proc/sys/kernel/hostname
  read -r boot </proc/sys/kernel/random/boot_id
  printf 'name %s\nboot %s\n' "$name" "$boot"
  observe_line last "$LIB/last"
  observe_line program "$SELF.generation"
  observe_line processors /sys/devices/system/cpu/possible
  observe_line kernel /proc/sys/kernel/osrelease
  printf 'settings %s\nmodules %s\n' "$(names_in /proc/sys/net/ipv4/vs)" \
    "$(names_in "/lib/modules/$line/kernel/net/netfilter/ipvs")"

  # Asking ipvsadm would load the module.
  loaded=
  if [ -e /proc/net/ip_vs ] && command -v ipvsadm >/dev/null; then loaded=yes; fi
  section marks
  observe_records
  section links
  { printf 'addr\nroute show table main\n' && observe_fou "$RUN/sysctl"; } | ip -j -batch -
  section namespaces
  observe_namespaces
  section ipv6
  observe_ipv6
  section services
  if [ -n "$loaded" ]; then
    echo loaded
    observe_services
    section daemons
    ipvsadm -Ln --daemon
    section timeouts
    case $1$(names_in "$RUN/sysctl") in all* | *"timeout "*) ipvsadm -Ln --timeout ;; esac
  fi
  section packages
  observe_packages
  section servers
  observe_servers
  observe_bgp
  observe_listeners
  section tables
  ! may_have_tables || nft -s list ruleset 2>/dev/null || true
  [ "$1" != all ] || observe_settings
  section end
}

# Prints "KEY VALUE" for each machine-wide setting of IPVS, and for forwarding.
observe_settings() {
  section settings
  set +f
  set -- /proc/sys/net/ipv4/vs/* /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
  set -f
  # Not with the shell's own read: dash reads one character at a time, and the kernel then returns only a number's first
  # digit. Some files may be unreadable or missing.
  awk 'BEGIN {
    for (i = 1; i < ARGC; i++)
      if ((getline value <ARGV[i]) >= 0) { print substr(ARGV[i], length("/proc/sys/") + 1), value; value = "" }
  }' "$@" 2>/dev/null || true
}

section() {
  printf '@@ %s\n' "$1"
}

observe_line() {
  line=
  [ ! -f "$2" ] || read -r line <"$2" || true
  [ -z "$line" ] || printf '%s %s\n' "$1" "$line"
}

# The names in a folder.
names_in() {
  set +f
  for path in "$1"/*; do
    [ ! -e "$path" ] || printf '%s ' "${path##*/}"
  done
  set -f
}

observe_records() {
  set +f
  # Names go through a pipe, because a shell is slow with many words, and a command line has a limit.
  for path in "$RUN"/*/* "$RUN"/sysctl/*/holders/* "$LIB"/webserver/* "$LIB"/keepalived/* \
    "$LIB"/keepalivedaddress/* "$LIB"/keepalivedservice/* "$LIB"/keepalivedtable/* "$LIB"/bgp*/* "$LIB"/objects/*/*; do
    case $path in
      *.new) continue ;;
      # The records of tables are printed with the services.
      "$RUN"/servicetable/* | "$LIB"/keepalivedtable/*) [ -z "$loaded" ] || continue ;;
    esac
    [ ! -f "$path" ] || printf '%s\n' "$path"
  done | awk "$AWK_PROGRAM_RECORDS"
  for inside in "$RUN"/inside/*; do
    set -- "$inside"/*/holders/*
    [ ! -f "$1" ] || printf '%s\n' "$@" | ip netns exec "${inside##*/}" awk "$AWK_PROGRAM_RECORDS" 2>/dev/null || true
  done
  set -f
}

# Prints the kernel's services and the records of tables, which may have many thousands of lines. If a table is in the
# kernel as it was made, it prints only the table's services and "in-place". It prints everything of other tables, and
# of what others made.
observe_services() {
  set --
  set +f
  for path in "$RUN"/servicetable/* "$LIB"/keepalivedtable/*; do
    case $path in *.new) ;; *) [ ! -f "$path" ] || set -- "$@" "$path" ;; esac
  done
  set -f
  if [ $# -eq 0 ]; then
    ipvsadm -Sn
    section thresholds
    ipvsadm -Ln --thresholds
    return
  fi
  { ipvsadm -Ln --thresholds && echo @now && ipvsadm -Sn; } | RUN=$RUN LIB=$LIB awk "$AWK_SERVICETABLE_LINES$AWK_SERVICETABLE_OBSERVED" "$@" seen=1 -
  # By these digests the comparison knows if a table whose members were not printed is the declared one.
  section "digests of tables"
  sha256sum "$@"
}

# Prints every namespace by name, and the contents of our own.
observe_namespaces() {
  for name in $(names_in /run/netns); do
    printf '@ %s\n' "$name"
    if [ -f "$RUN/netns/$name" ]; then
      { printf 'addr\nroute\n' && observe_fou "$RUN/inside/$name"; } | ip -j -n "$name" -batch - 2>/dev/null || true
    fi
  done
}

# Prints the IPv6 routes inside each namespace of ours that has an IPv6 address, "NAME ROUTES", and then those of the
# machine and the addresses that it answers for; nothing where no namespace has one.
observe_ipv6() {
  any=
  for name in $(names_in "$RUN/netns"); do
    ! recorded_word "$RUN/netns/$name" address6 || {
      any=yes
      printf '%s ' "$name"
      ip -6 -j -n "$name" route 2>/dev/null || echo '[]'
    }
  done
  [ -z "$any" ] || {
    printf '@routes ' && ip -6 -j route show table main
    printf '@proxies ' && ip -6 -j neigh show proxy
  }
}

# recorded_word FILE KEY: true when a record's settings have the key.
recorded_word() {
  while IFS= read -r line; do
    case $line in "$2 "*) return 0 ;; esac
  done <"$1"
  return 1
}

# Reading tunnels' ports would load a module, so this is done only if an object needs one.
observe_fou() {
  case $(names_in "$1") in *"fou "*) echo "fou show" ;; esac
}

observe_packages() {
  names=$(names_in "$LIB/packages")
  [ -n "$names" ] || return 0
  if has_apt; then
    with_words "$names" package_states || true
    return
  fi
  for name in $names; do
    ! has_program_of "$name" || printf '%s installed\n' "$name"
  done
}

# For each web server "INSTANCE STATE STARTS-AT-BOOT IN-ITS-NAMESPACE", for each keepalived the same with
# "keepalived/INSTANCE", for each BIRD and its watch with "bgp/INSTANCE" and "announce/INSTANCE", for a router's with
# "router/INSTANCE"; then the files that differ from what was written, as sha256sum prints them.
observe_servers() {
  set --
  for instance in $(names_in "$LIB/webserver"); do
    set -- "$@" "ipvs-lab-$instance.service"
  done
  for instance in $(names_in "$LIB/keepalived"); do
    set -- "$@" "keepalived-$instance.service"
  done
  for instance in $(names_in "$LIB/bgp"); do
    set -- "$@" "bgp-$instance.service" "announce-$instance.service"
  done
  for instance in $(names_in "$LIB/bgprouter"); do
    set -- "$@" "router-$instance.service"
  done
  [ $# -gt 0 ] || return 0
  { systemctl show -p Id -p ActiveState -p MainPID "$@" && echo; } | while read -r line; do
    case $line in
      Id=*) unit=${line#*=} ;;
      MainPID=*) pid=${line#*=} ;;
      ActiveState=*) state=${line#*=} ;;
      '') observe_server "${unit:-}" "${state:-unknown}" "${pid:-0}" ;;
    esac
  done
  observe_written | sha256sum -c --quiet 2>/dev/null || true
}

# Prints the recorded digests of written files, in sha256sum's format.
observe_written() {
  set +f
  for file in "$LIB"/webserver/* "$LIB"/keepalived/* "$LIB"/keepalivedaddress/* "$LIB"/keepalivedservice/* \
    "$LIB"/keepalivedtable/* "$LIB"/bgp*/*; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
  done | awk "$AWK_PROGRAM_WRITTEN"
  set -f
}

# For each BIRD of ours "@ INSTANCE", its protocols as it prints them, "exported NAME PREFIX" for what each neighbour is
# told; "alive NAMES", "coming NAMES" and "live NAMES": the addresses that may be announced, those of them that wait for
# all of their members, and those that are announced.
observe_bgp() {
  names=$(names_in "$LIB/bgp")
  [ -n "$names" ] || return 0
  section bgp
  for instance in $names; do
    bgp_places
    printf '@ %s\n' "$instance"
    printf 'alive %s\ncoming %s\nlive %s\n' "$(bgp_alive)" "$(names_in "$place/coming")" "$(names_in "$live")"
    [ ! -e "$tree/withdrawn" ] || echo withdrawn
    birdcl -r -s "$place/control" show protocols 2>/dev/null || true
    for neighbor in $(names_in "$tree/to"); do
      birdcl -r -s "$place/control" show route export "$neighbor" 2>/dev/null | sed -n "s,^\([0-9a-f.:]*/[0-9]*\) .*,exported $neighbor \1,p"
    done
  done
}

# Prints who has sockets where BGP and BFD have theirs, on a machine that never had a BIRD of ours, too. Asking for the
# processes reads those of the whole machine, and few machines have such sockets.
observe_listeners() {
  command -v ss >/dev/null || return 0
  ports='( sport = :179 or sport = :3784 or sport = :4784 )'
  [ -n "$(ss -Hltun "$ports" 2>/dev/null)" ] || return 0
  section listeners
  bgp_listeners "$ports"
}

# Prints what the watch finds now.
bgp_alive() {
  set +f
  ip -o address show dev lo | awk -v marks="$(names_in "$RUN/firewallmark")" "$AWK_BGP_HEX$AWK_BGP_ALIVE" "$tree"/addresses/*.conf - /proc/net/ip_vs 2>/dev/null
  set -f
}

observe_server() {
  instance=${1%.service}
  namespace='' starts=no inside=yes
  case $instance in
    keepalived-*) instance=keepalived/${instance#keepalived-} ;;
    bgp-*) instance=bgp/${instance#bgp-} ;;
    announce-*) instance=announce/${instance#announce-} ;;
    router-*) instance=router/${instance#router-} ;;
    *)
      instance=${instance#ipvs-lab-}
      while IFS=' ' read -r key value; do
        [ "$key" != namespace ] || namespace=$value
      done <"$LIB/webserver/$instance"
      ;;
  esac
  [ ! -e "/etc/systemd/system/multi-user.target.wants/$1" ] || starts=yes
  if [ -n "$namespace" ] && ! [ "/proc/$3/ns/net" -ef "/run/netns/$namespace" ]; then
    inside=no
  fi
  printf '%s %s %s %s\n' "$instance" "$2" "$starts" "$inside"
}
