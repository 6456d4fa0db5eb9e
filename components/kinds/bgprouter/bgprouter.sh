# shellcheck shell=sh
# A router's own BIRD, which takes routes to virtual addresses from the directors that announce them, and gives the kernel
# one route with all of them as equal next hops. The sessions' other ends are those of bgpsession.sh. /etc/bird/bird.conf
# and its unit belong to the user, and are not touched.

bgprouter_apply() {
  bgprouter_desired
  needs systemctl
  install_packages bird2
  # A run that was cut off may have written files that BIRD has not read.
  stale=
  if cut_off "$instance"; then stale=yes; fi
  acquire "$instance" "BGP router $instance" "$(yes_if test -e "/etc/systemd/system/$unit")"
  # Of a connection's packets all take the same way, and those of other ports another one.
  share_sysctls net.ipv4.fib_multipath_hash_policy=1
  bird_nonlocal_bind
  make_folder "$BIRD"
  chmod 755 "$BIRD"
  changed=
  put_file "/etc/systemd/system/$unit" "$(bgprouter_unit)$NEWLINE" 644 root
  { [ -z "$changed" ] && unit_loaded "$unit"; } || run systemctl daemon-reload
  changed=$stale
  bird_put "$path" "$(bgprouter_configuration)$NEWLINE" 644 root
  if [ -n "$changed" ] || ! systemctl -q is-active "$unit"; then bird_reload; fi
  unit_at_boot "$unit"
  release_references
  commit "$instance" "$SETTINGS" "$(sha256sum "$path" "/etc/systemd/system/$unit")"
}

bgprouter_remove() {
  bgprouter_desired
  if mine "$instance"; then
    # BIRD takes its routes out of the kernel's table as it ends.
    remove_units "$unit"
    run rm -rf "$path" "$path.new" "$place"
    rmdir "$BIRD" 2>/dev/null || true # a director's may be there
  fi
  release_packages "$purge" bird2
  release_references
  release "$instance"
}

bgprouter_desired() {
  instance='' own='' port='' asn='' directors='' remote='' hops='' password='' bfd='' addresses='' purge=''
  read_desired instance own asn directors remote bfd addresses purge
  # shellcheck disable=SC2086 # words
  allowed_words "$instance" "$own" "$asn" $directors "$remote" $addresses
  bird_timers
  unit=router-$instance.service
  place=/run/router-$instance
  path=$BIRD/$instance.conf tree=$BIRD/$instance # its file includes no others
}

bgprouter_unit() {
  bird_user
  bird_unit "router $instance" "chown $user $place"
}

# Routes of the same directors' AS and of equal length are as good as each other, so BIRD merges them (merge paths).
# Nothing but the addresses that were asked for gets into the kernel's table.
bgprouter_configuration() {
  accepted=$(printf '%s' "$addresses" | tr ' ' ,)
  cat <<CONFIGURATION
# ipvs-lab: a router that spreads connections over directors
log stderr all;
timeformat protocol iso long;
router id $own;
protocol device { scan time 10; }
protocol bfd { strict bind yes; }
protocol kernel {
  merge paths yes limit 64;
  ipv4 { import none; export where source = RTS_BGP; };
}
CONFIGURATION
  for director in $directors; do
    bird_name n "$director"
    bird_session "$director" "ipv4 { import where net ~ [ $accepted ]; export none; }"
  done
}
