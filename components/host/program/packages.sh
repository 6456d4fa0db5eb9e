# shellcheck shell=sh
# Debian packages: installed only if missing, purged only if this program installed them and was asked. Where
# there is no apt, nothing is installed: what they are for has to be there.
#
#   $LIB/packages/NAME/holders/HOLDER   who needs it
#   $LIB/packages/NAME/brought          all packages that its installation brought, one a line
#   $LIB/packages/NAME/units            what of them systemd would have started at boot, and shall not
#   $LIB/installing                     an installation under way: what it is for, then what was there before

# install_packages NAME…: what apt brings in for them is noted, for release_packages.
install_packages() {
  allowed_packages "$@"
  new=
  for package in "$@"; do
    [ -d "$LIB/packages/$package/holders" ] || new="$new $LIB/packages/$package/holders"
  done
  # shellcheck disable=SC2086 # no blanks in packages' names
  [ -z "$new" ] || mkdir -p $new
  for package in "$@"; do
    note=$LIB/packages/$package/holders/$HOLDER
    [ -e "$note" ] || : >"$note" || write_failed "$note"
  done
  has_apt || {
    needs_programs_of "$@"
    return 0
  }
  missing=
  there=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    case $there in *" $package=installed "*) disable_again "$package" ;; *) missing="$missing $package" ;; esac
  done
  [ -n "$missing" ] || return 0

  wait_for_apt
  mend_dpkg
  { printf 'for%s\n' "$missing" && installed_list; } >"$LIB/installing.new" || write_failed "$LIB/installing" "$LIB/installing.new"
  mv "$LIB/installing.new" "$LIB/installing"
  hold_services_back
  apt update || true # an installation from what it has may go well all the same
  # shellcheck disable=SC2086 # package names, separated by blanks
  apt install --no-install-recommends $missing || {
    finish_installing
    fail "cannot install$missing on $(uname -n): see apt's own words above"
  }
  finish_installing
}

# finish_installing: takes up an installation that is under way, or whose run was killed, wherever it is: what
# came is noted, and systemd does not start it at boot. Debian starts a server with its package; here each
# server is started on its own terms.
finish_installing() {
  if [ -e "$LIB/installing" ]; then
    wait_for_apt
    mend_dpkg
    let_services_go
    read -r _ missing <"$LIB/installing" || true
    brought=$(installed_list | awk 'NR == FNR { had[$0] = 1; next } !($0 in had)' "$LIB/installing" -)
    units=$(enabled_units "$brought")
    for package in $missing; do
      case $NEWLINE$brought$NEWLINE in
        *"$NEWLINE$package$NEWLINE"*)
          make_folder "$LIB/packages/$package"
          # Of this very installation some may be noted, and disabled, already.
          known=
          [ ! -f "$LIB/packages/$package/units" ] || known=$(cat "$LIB/packages/$package/units")
          write_list "$LIB/packages/$package/units" "$known${known:+${units:+$NEWLINE}}$units"
          write_list "$LIB/packages/$package/brought" "$brought"
          ;;
      esac
    done
    disable_units "$units"
    rm -f "$LIB/installing"
  # Of a version that kept no record.
  elif [ -e /usr/sbin/policy-rc.d ]; then
    let_services_go
  fi
}

# disable_again NAME: an installation by a version that kept no record of units disabled the one with the
# package's name alone. What else it brought is disabled now, unless somebody has begun to use it.
disable_again() {
  [ -f "$LIB/packages/$1/brought" ] && [ ! -f "$LIB/packages/$1/units" ] || return 0
  units=
  for unit in $(enabled_units "$(cat "$LIB/packages/$1/brought")"); do
    systemctl -q is-active "$unit" || units=$units${units:+$NEWLINE}$unit
  done
  before=$(disabled_before "$1")
  write_list "$LIB/packages/$1/units" "$before${before:+${units:+$NEWLINE}}$units"
  disable_units "$units"
}

# disabled_before NAME: the unit that such a version disabled.
disabled_before() {
  [ ! -e "/lib/systemd/system/$1.service" ] || printf '%s\n' "$1.service"
}

# release_packages PURGE NAME…: with PURGE "true" the last holder removes what had to be installed. The records
# go last. What stays is not started at boot as long as the machine serves anything of this program.
release_packages() {
  purge=$1
  shift
  allowed_packages "$@"
  gone='' brought=''
  for package in "$@"; do
    if held_by_others "$package"; then
      [ ! -e "$LIB/packages/$package/holders/$HOLDER" ] || rm -f "$LIB/packages/$package/holders/$HOLDER"
    elif [ -d "$LIB/packages/$package" ]; then
      gone="$gone $package"
      [ ! -f "$LIB/packages/$package/brought" ] || brought=$brought$NEWLINE$(cat "$LIB/packages/$package/brought")
    fi
  done
  [ -n "$gone" ] || return 0
  if [ "$purge" = true ] && [ -n "$brought" ] && has_apt; then purge_packages "$brought"; fi
  if packages_held; then
    for package in $gone; do
      [ ! -f "$LIB/packages/$package/brought" ] || disable_again "$package"
      if [ -s "$LIB/packages/$package/units" ]; then
        rm -rf "$LIB/packages/$package/brought" "$LIB/packages/$package/holders"
      else
        rm -rf "$LIB/packages/$package"
      fi
    done
  else
    enable_units
    rm -rf "$LIB/packages"
  fi
}

# packages_held: whether any package is needed by somebody, now that those of "gone" go.
packages_held() {
  set +f
  for file in "$LIB"/packages/*/holders/*; do
    [ -e "$file" ] || continue
    package=${file%/holders/*}
    case " $gone " in *" ${package##*/} "*) continue ;; esac
    set -f
    return 0
  done
  set -f
  return 1
}

# held_by_others NAME: whether another object needs that package.
held_by_others() {
  set +f
  for file in "$LIB/packages/$1"/holders/*; do
    set -f
    [ ! -e "$file" ] || [ "${file##*/}" = "$HOLDER" ] || return 0
  done
  set -f
  return 1
}

# purge_packages LINES: those of them that nobody else holds, and that nothing else on the machine needs.
purge_packages() {
  wait_for_apt
  mend_dpkg
  purged='' stays=''
  # shellcheck disable=SC2046,SC2086 # package names
  for name in $(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $1 2>/dev/null | sed -n 's/ not-installed$//; s/ [a-z-]*$//p' | sort -u); do
    if held_by_others "$name"; then
      stays="$stays $name"
    else
      purged="$purged $name"
    fi
  done
  along=$(purged_along "$purged")
  if [ -n "$along" ]; then
    say "ipvs-lab: other packages need some of what would go: $along"
    all=$purged purged=
    for name in $all; do
      along=$(purged_along "$name" "$all")
      if [ -z "$along" ]; then
        purged="$purged $name"
      else
        stays="$stays $name"
      fi
    done
  fi
  [ -z "$stays" ] || say "ipvs-lab: these stay, as others need them:$stays"
  # Who holds one of them is the one who purges the rest of it.
  for name in $stays; do
    if held_by_others "$name"; then
      had=
      [ ! -f "$LIB/packages/$name/brought" ] || had=$(cat "$LIB/packages/$name/brought")
      # shellcheck disable=SC2086 # a name each
      write_list "$LIB/packages/$name/brought" "$(printf '%s\n' "$had" $stays | sed '/^$/d' | sort -u)"
    fi
  done
  # shellcheck disable=SC2086 # package names
  [ -z "$purged" ] || apt purge $purged || fail "cannot purge$purged on $(uname -n): see apt's own words above"
}

# purged_along NAMES [MAY]: what apt would remove, or install for it, beside these, and beside those that may go with them.
purged_along() {
  [ -n "$1" ] || return 0
  # shellcheck disable=SC2086 # package names
  apt-get -s purge $1 2>/dev/null | awk -v may=" $1 ${2-} " '
    /^(Purg|Remv|Inst) / { sub(/:.*/, "", $2); if (!index(may, " " $2 " ") && !said[$2]++) printf "%s%s", (n++ ? " " : ""), $2 }'
}

# enabled_units PACKAGES: what systemd would start at boot of what these brought: services, sockets, and
# scripts of init.d.
enabled_units() {
  [ -n "$1" ] || return 0
  # shellcheck disable=SC2086 # package names
  files=$(dpkg -L $1 2>/dev/null | sed -n 's,.*/systemd/system/\([^/@]*\.\(service\|socket\)\)$,\1,p; s,^/etc/init\.d/\([^/]*\)$,\1.service,p' | sort -u)
  for unit in $files; do
    # One of its own and a script are one unit.
    [ "$(systemctl is-enabled "$unit" 2>/dev/null)" != enabled ] || printf '%s\n' "$unit"
  done
}

# disable_units LINES
disable_units() {
  [ -z "$1" ] || {
    # shellcheck disable=SC2086 # units' names
    run systemctl -q disable $1 || say "ipvs-lab: systemd refuses to disable:" $1
  }
}

# enable_units: all that records tell, as it was installed, where it is still there.
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
  # shellcheck disable=SC2086 # units' names
  [ -z "$back" ] || run systemctl -q enable $back || say "ipvs-lab: systemd refuses to enable:$back"
}

# write_list FILE LINES: whole or not at all.
write_list() {
  if ! printf '%s' "$2${2:+$NEWLINE}" >"$1.new" || ! mv "$1.new" "$1"; then write_failed "$1" "$1.new"; fi
}

apt() {
  relayed env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

# A dpkg that was killed has to be told to go on.
mend_dpkg() {
  set +f
  for file in /var/lib/dpkg/updates/*; do
    set -f
    [ -e "$file" ] || continue
    # What it cannot set up is said by apt too, where that matters.
    relayed env DEBIAN_FRONTEND=noninteractive dpkg --configure -a || true
    break
  done
  set -f
}

# relayed COMMAND…: its words pass through this program, as dpkg would give up in the middle where nobody
# reads them. What the scripts of packages make is for everybody, whatever this program's umask is.
relayed() {
  say "+ $*"
  {
    failed=$({ { (trap - PIPE && umask 022 && "$@" </dev/null 3>&- 4>&-) 2>&1 || echo failed >&4; } | relay >&3; } 4>&1)
  } 3>&1
  [ -z "$failed" ]
}

relay() {
  while IFS= read -r line; do say "$line"; done
}

# Another apt or dpkg on the machine, an unattended upgrade for example, is waited for.
wait_for_apt() {
  begin=$(uptime_seconds)
  said=
  while by=$(apt_holder) && [ -n "$by" ]; do
    waited=$(($(uptime_seconds) - begin))
    [ "$waited" -lt 300 ] || fail "another apt or dpkg (process $by) on $(uname -n) does not end"
    if [ "$((waited / 5))" != "$said" ]; then
      said=$((waited / 5))
      say "ipvs-lab: waiting for another apt or dpkg (process $by) on $(uname -n), $((300 - waited)) s at most"
    fi
    sleep 0.5
  done
}

# The process that holds one of apt's and dpkg's locks. The kernel lists locks by inodes, which are alike on
# several file systems: whose file it is, is seen where that process has it open.
apt_holder() {
  locks="/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock"
  # shellcheck disable=SC2086 # paths
  inodes=$(stat -c %i $locks 2>/dev/null) || true
  # shellcheck disable=SC2013 # numbers
  for by in $(awk -v inodes=" $(printf '%s' "$inodes" | tr '\n' ' ') " '
    { n = split($6, file, ":") } index(inodes, " " file[n] " ") { print $5 }' /proc/locks); do
    set +f
    for open in "/proc/$by"/fd/*; do
      for lock in $locks; do
        # shellcheck disable=SC3013 # dash has -ef, and so has POSIX since 2024
        if [ "$open" -ef "$lock" ]; then
          set -f
          printf '%s\n' "$by"
          return
        fi
      done
    done
    set -f
  done
}

installed_list() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p'
}

# Debian's own switch: with this file no package starts its service.
hold_services_back() {
  [ -e /usr/sbin/policy-rc.d ] && return 0
  trap let_services_go EXIT
  policy=/usr/sbin/policy-rc.d.ipvs-lab
  if ! printf '#!/bin/sh\n# ipvs-lab\nexit 101\n' >"$policy" || ! chmod 755 "$policy" || ! mv "$policy" /usr/sbin/policy-rc.d; then
    write_failed /usr/sbin/policy-rc.d "$policy"
  fi
}

let_services_go() {
  if grep -qs '^# ipvs-lab' /usr/sbin/policy-rc.d; then
    rm -f /usr/sbin/policy-rc.d
  fi
}
