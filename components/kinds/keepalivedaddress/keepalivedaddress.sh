# shellcheck shell=sh
# A virtual address that several directors share: their keepalived gives it to one of them (VRRP). The desired settings
# come first; after an empty line, keepalived's configuration.

keepalivedaddress_apply() {
  keepalivedaddress_desired
  config=$(cat)
  [ -f "$KEEPALIVED/$instance.conf" ] || fail "$(uname -n) has no keepalived $instance"
  name=$(interface_name "$interface")
  [ -n "$name" ] || host_check "$interface"
  # keepalived and IPVS's daemons do not know alternative names of an interface.
  master=${master:+mcast=$name${master#"mcast=$interface"}}
  backup=${backup:+mcast=$name${backup#"mcast=$interface"}}
  config=$(printf '%s\n' "$config" | DEVICE=$interface NAME=$name awk "$AWK_KEEPALIVEDADDRESS_INTERFACE")
  keepalived_test "$config" "address $first"
  allowed_checks "$config"
  # A run that was cut off may have written files that systemd and keepalived have not read.
  stale=
  if cut_off "$first"; then stale=yes; fi
  # After a reboot no object refers to the daemons that the unit has started, and they are ours.
  if mine "$first" && [ -f "$dropin" ]; then ADOPT=yes; fi
  acquire "$first" "address $first" "$(yes_if keepalivedaddress_here)"
  [ -z "$master" ] || share_daemon master "$master"
  [ -z "$backup" ] || share_daemon backup "$backup"
  release_references
  keepalivedaddress_daemons
  changed=$stale
  put_file "$path" "$config$NEWLINE" 600 root
  if [ -n "$changed" ] || ! systemctl -q is-active "$unit"; then
    keepalived_reload
  fi
  keepalivedaddress_wait
  keepalivedaddress_source
  commit "$first" "$SETTINGS" "$(sha256sum "$path"; [ ! -f "$dropin" ] || sha256sum "$dropin")"
}

keepalivedaddress_remove() {
  keepalivedaddress_desired
  name=$(interface_name "$interface")
  if mine "$first"; then
    run rm -f "$path" "$path.new" "$dropin" "$dropin.new"
    rmdir "${dropin%/*}" 2>/dev/null || true # another address may have its own there
    run systemctl daemon-reload
    if systemctl -q is-active "$unit"; then
      run systemctl reload "$unit"
      tries=0
      while keepalivedaddress_here && [ "$tries" -lt 30 ]; do
        tries=$((tries + 1))
        sleep 0.5
      done
    fi
    # A keepalived that was killed has removed nothing from the kernel.
    for address in $addresses; do
      if address_present; then run ip address del "$address" dev "$name"; fi
    done
  fi
  release_references
  release "$first"
}

keepalivedaddress_desired() {
  instance='' file='' interface='' addresses='' master='' backup=''
  read_desired instance file interface addresses master backup
  keepalived_places
  path=$KEEPALIVED/$instance/$file.conf
  dropin=/etc/systemd/system/$unit.d/$file.conf
  first=${addresses%% *}
}

# The daemons start again at boot, as keepalived does, so a director that comes back learns the connections.
keepalivedaddress_daemons() {
  changed=$stale
  if [ -n "$master$backup" ]; then
    make_folder "${dropin%/*}"
    chmod 755 "${dropin%/*}"
    put_file "$dropin" "[Service]$NEWLINE$(keepalivedaddress_start master "$master"; keepalivedaddress_start backup "$backup")$NEWLINE" 644 root
  elif [ -f "$dropin" ]; then
    changed=yes
    run rm -f "$dropin"
  fi
  [ -z "$changed" ] || run systemctl daemon-reload
}

# At boot a daemon has to wait for the interface's address. The director works without the daemon, too ("-").
keepalivedaddress_start() {
  [ -n "$2" ] || return 0
  printf "ExecStartPre=-/bin/sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do %s && exit; %s && exit; sleep 1; done'\n" \
    "ipvsadm -Ln --daemon | grep -q \"^$1 sync\"" \
    "ipvsadm --start-daemon $1 $(daemon_options "$2")"
}

keepalivedaddress_here() {
  address=$first
  address_present
}

# Waits until some director has the address: this one, or another one that answers ARP for it. (For IPv6, neighbours are
# not asked.)
keepalivedaddress_wait() {
  tries=0
  until keepalivedaddress_here || keepalivedaddress_elsewhere; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] || keepalived_fail "no director has address $first"
    sleep 0.5
  done
}

# If this director got the IPv6 address before its configuration made it deprecated, the address is still used as a
# source.
keepalivedaddress_source() {
  for address in $addresses; do
    case $address in *:*) ;; *) continue ;; esac
    shown=$(ip -o -6 address show dev "$name" to "$address")
    case $shown in
      *"inet6 $address "*deprecated*) ;;
      *"inet6 $address "*) run ip address change "$address" dev "$name" nodad preferred_lft 0 ;;
    esac
  done
}

keepalivedaddress_elsewhere() {
  case $first in *:*) return 0 ;; esac
  arping -q -c 1 -w 1 -I "$name" "${first%/*}" </dev/null >/dev/null 2>&1 9>&-
}
