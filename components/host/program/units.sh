# shellcheck shell=sh
# Units of systemd: this program's own, and those that Debian packages start, at boot and when they are installed. This
# program starts its servers itself.

# enabled_units PACKAGES: prints the units of these that systemd would start at boot: services, sockets, and
# scripts of init.d.
enabled_units() {
  [ -n "$1" ] || return 0
  files=$(with_words "$1" dpkg -L 2>/dev/null | sed -n 's,.*/systemd/system/\([^/@]*\.\(service\|socket\)\)$,\1,p; s,^/etc/init\.d/\([^/]*\)$,\1.service,p' | sort -u)
  for unit in $files; do
    # A unit file and an init.d script of the same name are one unit.
    [ "$(systemctl is-enabled "$unit" 2>/dev/null)" != enabled ] || printf '%s\n' "$unit"
  done
}

# disable_units LINES
disable_units() {
  [ -z "$1" ] || with_words "$1" run systemctl -q disable || with_words "$1" say "ipvs-lab: systemd refuses to disable:"
}

# enable_units: enables all recorded units again that still exist, as their packages had installed them.
enable_units() {
  units=
  set +f
  for file in "$LIB"/packages/*; do
    package=${file##*/}
    if [ -f "$file/units" ]; then
      while IFS= read -r unit; do units="$units $unit"; done <"$file/units"
    elif [ -f "$file/brought" ]; then
      units="$units $(disabled_before "$package")"
    fi
  done
  set -f
  back=
  for unit in $units; do
    if [ -e "/lib/systemd/system/$unit" ] || [ -e "/etc/init.d/${unit%.service}" ]; then back="$back $unit"; fi
  done
  [ -z "$back" ] || with_words "$back" run systemctl -q enable || say "ipvs-lab: systemd refuses to enable:$back"
}

# Debian's own switch: with this file no package starts its service.
prevent_service_starts() {
  [ -e /usr/sbin/policy-rc.d ] && return 0
  trap allow_service_starts EXIT
  policy=/usr/sbin/policy-rc.d.ipvs-lab
  if ! printf '#!/bin/sh\n# ipvs-lab\nexit 101\n' >"$policy" || ! chmod 755 "$policy" || ! mv "$policy" /usr/sbin/policy-rc.d; then
    write_failed /usr/sbin/policy-rc.d "$policy"
  fi
}

allow_service_starts() {
  if grep -qs '^# ipvs-lab' /usr/sbin/policy-rc.d; then
    rm -f /usr/sbin/policy-rc.d
  fi
}

# unit_loaded UNIT: true when systemd has read that unit's file as it is. A file that was deleted while its service ran
# is in error, or not found, until systemd reads all units again.
unit_loaded() {
  case $(systemctl show -p LoadState -p NeedDaemonReload "$1") in
    *NeedDaemonReload=yes*) return 1 ;;
    *LoadState=loaded*) ;;
    *) return 1 ;;
  esac
}

# unit_at_boot UNIT: makes systemd start it at boot. If nothing was ever enabled, the folder does not exist yet.
unit_at_boot() {
  [ -d /etc/systemd/system/multi-user.target.wants ] || (umask 022 && mkdir -p /etc/systemd/system/multi-user.target.wants)
  [ "/etc/systemd/system/multi-user.target.wants/$1" -ef "/etc/systemd/system/$1" ] ||
    ln -sf "/etc/systemd/system/$1" "/etc/systemd/system/multi-user.target.wants/$1"
}

# remove_units UNIT…: stops units of this program's own, and removes them, the files that a run that was cut off has left
# too. They may be gone already, or may have failed, which systemd remembers.
remove_units() {
  run systemctl stop "$@" 2>/dev/null || true
  for name in "$@"; do
    rm -f "/etc/systemd/system/$name" "/etc/systemd/system/$name.new" "/etc/systemd/system/multi-user.target.wants/$name"
  done
  run systemctl daemon-reload
  systemctl -q reset-failed "$@" 2>/dev/null || true
}
