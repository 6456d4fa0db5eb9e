# shellcheck shell=sh
# The common part of the BIRDs of directors (bgp.sh, bgpsession.sh, bgpaddress.sh) and of routers (bgprouter.sh). "unit",
# "place", "tree" and "instance" say which one: its unit, its folder below /run, that of further files, and its name.

BIRD=/etc/bird/ipvs-lab.d
copy='' # of all files, with those that bird_offer has put into it

# BIRD reads its files as its own user, where the package has made one: sets "user".
bird_user() {
  user=root
  if getent group bird >/dev/null 2>&1; then user=bird; fi
}

# bird_unit TITLE PREPARATION: prints the unit, which runs the preparation as root before BIRD starts.
bird_unit() {
  cat <<UNIT
[Unit]
Description=ipvs-lab $1
Wants=network-online.target
After=network-online.target

[Service]
ExecStartPre=+/bin/sh -c '$2'
ExecStart=/usr/sbin/bird -f$([ "$user" = root ] || printf ' -u bird -g bird') -c $BIRD/$instance.conf -s $place/control
ExecReload=/usr/sbin/birdcl -s $place/control configure
RuntimeDirectory=${place#/run/}
RuntimeDirectoryPreserve=restart
Restart=on-failure
UNIT
}

# bird_session NEIGHBOR CHANNEL: prints the session "name" with a neighbour, and the channel that says what goes over it.
bird_session() {
  cat <<SESSION
protocol bgp $name {
  local $own${port:+ port $port} as $asn;
  neighbor $1 as $remote;
  strict bind yes;
  hold time 9;
  connect delay time 1;
  error wait time 1, 10;
SESSION
  [ -z "$hops" ] || echo "  multihop $hops;"
  [ -z "$password" ] || printf '  password "%s";\n' "$password"
  [ -z "$bfd" ] || printf '  bfd { interval %s ms; multiplier %s; };\n' "${bfd% *}" "${bfd#* }"
  printf '  %s;\n}\n' "$2"
}

# Fails if "bfd" is not the timers of BFD, or nothing.
bird_timers() {
  case $bfd in *[!0-9\ ]*) fail "bfd: \"$bfd\" is not an interval and a multiplier" ;; esac
}

# bird_name LETTER ADDRESS: sets "name" to that of an address in BIRD's files.
bird_name() {
  swap "${2%/*}" .: _
  name=${1}_$SWAPPED
}

# Where a link comes back, systemd-networkd takes its address away and puts it back. BIRD opens its sockets in between: it
# would disable the session until it reads its files again, and send nothing for BFD until the session's next start.
bird_nonlocal_bind() {
  set -- net.ipv4.ip_nonlocal_bind=1
  [ ! -e /proc/sys/net/ipv6/ip_nonlocal_bind ] || set -- "$@" net.ipv6.ip_nonlocal_bind=1
  share_sysctls "$@"
}

# bird_put PATH TEXT MODE GROUP: writes a file that BIRD reads, once BIRD has accepted it; sets "changed" if that changed
# it.
bird_put() {
  bird_offer "$1" "$2"
  bird_accept
  put_file "$@"
}

# bird_offer PATH TEXT: puts a file that differs into a copy of all files, for bird_accept.
bird_offer() {
  if [ -f "$1" ] && printf '%s' "$2" | cmp -s - "$1"; then return 0; fi
  if [ -z "$copy" ]; then
    copy=$RUN/bgp offered=
    rm -rf "$copy"
    mkdir "$copy"
    [ ! -d "$tree" ] || cp -R "$tree" "$copy/"
    [ ! -f "$BIRD/$instance.conf" ] || cp "$BIRD/$instance.conf" "$copy/"
  fi
  offered=${offered:-$1}
  printf '%s' "$2" >"$copy${1#"$BIRD"}" || write_failed "$copy"
}

# bird_accept: fails if BIRD refuses that copy. Sets "copy" to nothing.
bird_accept() {
  [ -n "$copy" ] || return 0
  said=$(bird -p -c "$copy/$instance.conf" 2>&1) || {
    rm -rf "$copy"
    fail "BIRD on $(uname -n) refuses $offered: ${said##*"bird: "}"
  }
  rm -rf "$copy"
  copy=
}

# Reads the files again. This is never a restart, so sessions go on undisturbed.
bird_reload() {
  if systemctl -q is-active "$unit"; then
    say "+ birdcl -s $place/control configure"
    said=$(birdcl -s "$place/control" configure 2>&1) || true
    case $said in *econfigur*) return 0 ;; esac
    fail "BIRD on $(uname -n) does not read its files: ${said##*"$NEWLINE"}"
  fi
  run systemctl start "$unit" || bird_fail "$unit does not start"
  tries=0
  until birdcl -s "$place/control" show status >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] || bird_fail "$unit does not answer"
    sleep 0.5
  done
}

bird_fail() {
  journalctl -q -n 20 --no-pager -o cat -u "$unit" >&2 || true
  fail "$*: see BIRD's own words above"
}
