# shellcheck shell=sh
# Debian packages: installed only if missing, purged only if this program installed them and was asked.

# install_packages NAME…: what apt brings in for them is noted, for purge_packages.
install_packages() {
  new=
  for package in "$@"; do
    [ -d "$LIB/packages/$package/holders" ] || new="$new $LIB/packages/$package/holders"
  done
  # shellcheck disable=SC2086 # no blanks in packages' names
  [ -z "$new" ] || mkdir -p $new
  for package in "$@"; do
    : >"$LIB/packages/$package/holders/$HOLDER"
  done
  missing=
  there=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    case $there in *" $package=installed "*) ;; *) missing="$missing $package" ;; esac
  done
  [ -n "$missing" ] || return 0

  before=$(installed_list)
  wait_for_apt
  hold_services_back
  run apt-get -q update
  # shellcheck disable=SC2086 # package names, separated by blanks
  run env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends $missing || {
    let_services_go
    fail "cannot install$missing on $(uname -n): see apt's own words above"
  }
  let_services_go
  for package in $missing; do
    installed_list | awk -v before="$before" '
      BEGIN { n = split(before, a, "\n"); for (i = 1; i <= n; i++) had[a[i]] = 1 }
      !($0 in had)' >"$LIB/packages/$package/brought"
    # Debian starts a server with its package; here each server is started on its own terms.
    if [ -e "/lib/systemd/system/$package.service" ]; then
      run systemctl -q disable "$package.service"
    fi
  done
}

# release_packages PURGE NAME…: with PURGE "true" the last holder removes what had to be installed.
release_packages() {
  purge=$1
  shift
  for package in "$@"; do
    rm -f "$LIB/packages/$package/holders/$HOLDER"
    rmdir "$LIB/packages/$package/holders" 2>/dev/null || continue
    if [ "$purge" = true ] && [ -f "$LIB/packages/$package/brought" ]; then
      wait_for_apt
      # shellcheck disable=SC2046 # package names, one a line
      run env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        purge $(cat "$LIB/packages/$package/brought")
    fi
    rm -rf "$LIB/packages/$package"
  done
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
      printf 'ipvs-lab: waiting for another apt or dpkg (process %s) on %s, %s s at most\n' \
        "$by" "$(uname -n)" $((300 - waited))
    fi
    sleep 0.5
  done
}

# The process that holds one of apt's and dpkg's locks; the kernel lists them by the files' inodes.
apt_holder() {
  inodes=$(stat -c %i /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock \
    /var/cache/apt/archives/lock 2>/dev/null) || true
  awk -v inodes=" $(printf '%s' "$inodes" | tr '\n' ' ') " '
    { n = split($6, file, ":") } index(inodes, " " file[n] " ") { print $5; exit }' /proc/locks
}

installed_list() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p'
}

# Debian's own switch: with this file no package starts its service.
hold_services_back() {
  [ -e /usr/sbin/policy-rc.d ] && return 0
  printf '#!/bin/sh\n# ipvs-lab\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap let_services_go EXIT
}

let_services_go() {
  if grep -qs '^# ipvs-lab' /usr/sbin/policy-rc.d; then
    rm -f /usr/sbin/policy-rc.d
  fi
}
