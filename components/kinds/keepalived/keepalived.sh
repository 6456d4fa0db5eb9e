# shellcheck shell=sh
# A keepalived of a director's own: a unit, and a file that includes one file for each of its services and shared
# addresses (keepalivedservice.sh, keepalivedaddress.sh). /etc/keepalived/keepalived.conf and its unit belong to the
# user, and are not touched.

KEEPALIVED=/etc/keepalived/ipvs-lab.d

keepalived_apply() {
  keepalived_desired
  needs systemctl
  install_packages keepalived
  # A run that was cut off may have written files that keepalived has not read.
  stale=
  if cut_off "$instance"; then stale=yes; fi
  acquire "$instance" "keepalived $instance" "$(yes_if test -e "/etc/systemd/system/$unit")"
  make_folder "$KEEPALIVED/$instance"
  changed=
  put_file "/etc/systemd/system/$unit" "$(keepalived_unit)$NEWLINE" 644 root
  { [ -z "$changed" ] && unit_loaded "$unit"; } || run systemctl daemon-reload
  changed=$stale
  put_file "$KEEPALIVED/$instance.conf" "$(keepalived_globals)$NEWLINE$(keepalived_include)$NEWLINE" 600 root
  if [ -n "$changed" ] || ! systemctl -q is-active "$unit"; then
    keepalived_reload
  fi
  unit_at_boot "$unit"
  commit "$instance" "$SETTINGS" "$(sha256sum "$KEEPALIVED/$instance.conf" "/etc/systemd/system/$unit")"
}

keepalived_remove() {
  keepalived_desired
  if mine "$instance"; then
    remove_units "$unit"
    run rm -rf "$KEEPALIVED/$instance" "$KEEPALIVED/$instance.conf" "$KEEPALIVED/$instance.conf.new"
    rmdir "$KEEPALIVED" 2>/dev/null || true # another director's may be there
  fi
  release_packages "$purge" keepalived
  release "$instance"
}

keepalived_desired() {
  instance='' purge=''
  read_desired instance purge
  keepalived_places
}

# keepalived_places: sets the paths of a keepalived on the machine. "unread" exists while a file of its services was
# written and not read yet; a keepalived that is not running has no such folder.
keepalived_places() {
  unit=keepalived-$instance.service
  unread=/run/keepalived-$instance/unread
}

# Both of its parts run, even if there are no services or no addresses (--all). The third one does not (--no_bfd, which
# --all would undo if it came later): it takes the port that BIRD needs for its own BFD.
keepalived_unit() {
  cat <<EOF
[Unit]
Description=ipvs-lab keepalived $instance
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart=/usr/sbin/keepalived --dont-fork --all --no_bfd --use-file=$KEEPALIVED/$instance.conf --pid=/run/keepalived-$instance/keepalived.pid --checkers_pid=/run/keepalived-$instance/checkers.pid --vrrp_pid=/run/keepalived-$instance/vrrp.pid
ExecReload=kill -HUP \$MAINPID
RuntimeDirectory=keepalived-$instance
Restart=on-failure
EOF
}

# Checks run as root: for another user, keepalived 2.2.7 kills itself in its own test of a file. So it runs only what
# nobody but root can change.
keepalived_globals() {
  cat <<EOF
global_defs {
  script_user root
  enable_script_security
}
EOF
}

keepalived_include() {
  printf 'include %s/%s/*.conf' "$KEEPALIVED" "$instance"
}

# Reads the files again. This is never a restart, so whatever does not change goes on undisturbed.
keepalived_reload() {
  if systemctl -q is-active "$unit"; then
    run systemctl reload "$unit"
    rm -f "$unread"
    return
  fi
  run systemctl start "$unit" || keepalived_fail "$unit does not start"
}

# Services that change at the same time are read together. Each change holds a shared lock (8, on the folder) from
# before it waits for its turn until it has written its file. It then waits until no other change is about to write, and
# the first one reloads all files. A change that is cut off releases its lock, and leaves "unread" to the next one.
keepalived_coming() {
  exec 8<"$RUN"
  flock -s -w 60 8 || true
}

# keepalived_read: has keepalived read what has just been written.
keepalived_read() {
  if ! { true >"$unread"; } 2>/dev/null; then
    keepalived_reload # it does not run
    return
  fi
  keepalived_unlock
  flock -u 8
  flock -w 30 8 || true
  keepalived_lock
  [ ! -e "$unread" ] || keepalived_reload
  flock -u 8
}

# While this run only waits for checks, other runs may make their changes.
keepalived_unlock() {
  flock -u 9
}

# By then, the object "key", such as a service, may have another owner. Its name for people is "what", if that is not a
# service.
keepalived_lock() {
  flock -n 9 || wait_for_lock
  mine "$key" || fail "${what:-virtual service $key} was taken over meanwhile"
}

# keepalived lets root's group ping as soon as it reads of such a check, and does not always restore that. So the setting
# is shared like any other.
keepalived_may_ping() {
  read_sysctl net.ipv4.ping_group_range
  swap "$now" "$TAB" ' '
  now=$SWAPPED
  share_known_sysctl net.ipv4.ping_group_range "0 ${now#* }"
}

# keepalived_test TEXT WHAT: has keepalived test the new configuration, before anything is changed. To read of a ping,
# keepalived changes who may ping, so that is done where it has no effect.
keepalived_test() {
  { keepalived_globals && printf '%s\n' "$1"; } >"$RUN/keepalived.conf"
  apart=
  if grep -q 'PING_CHECK {' "$RUN/keepalived.conf"; then apart="unshare -n"; fi
  refused=
  said=$($apart keepalived --config-test --use-file="$RUN/keepalived.conf" 2>&1) || refused=yes
  rm -f "$RUN/keepalived.conf"
  [ -z "$refused" ] || fail "keepalived on $(uname -n) refuses $2: $(keepalived_lacks)$said"
}

# Prints the types of checks that this keepalived lacks and that it was asked for.
keepalived_lacks() {
  for word in UDP PING; do
    case $said in
      *"nknown keyword '${word}_CHECK'"*)
        version=$(keepalived --version 2>&1 | sed -n '1s/^Keepalived v\([^ ]*\).*/\1/p')
        printf 'a check of type %s needs keepalived 2.1.0 or later, and this is %s; ' "$(printf %s "$word" | tr '[:upper:]' '[:lower:]')" "${version:-earlier}"
        ;;
    esac
  done
}

keepalived_fail() {
  journalctl -q -n 20 --no-pager -o cat -u "$unit" >&2 || true
  fail "$*: see keepalived's own words above"
}
