# shellcheck shell=sh
# apt and dpkg: how they are run, waited for and repaired.

apt() {
  relayed env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

# A dpkg that was killed needs a command to go on.
repair_dpkg() {
  set +f
  for file in /var/lib/dpkg/updates/*; do
    set -f
    [ -e "$file" ] || continue
    # apt also reports packages that it cannot set up, if they matter.
    relayed env DEBIAN_FRONTEND=noninteractive dpkg --configure -a || true
    break
  done
  set -f
}

# relayed COMMAND…: passes the command's output through this program, because dpkg would give up midway if nobody read
# it. The umask is the usual one, so that files made by packages' scripts are readable by everybody.
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

# The process that holds one of apt's and dpkg's locks. The kernel lists locks by inode, and different file systems have
# the same inode numbers. So this checks which file the process has open.
apt_holder() {
  set -- /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
  inodes=$(stat -c %i "$@" 2>/dev/null) || true
  holders=$(awk -v inodes=" $(printf '%s' "$inodes" | tr '\n' ' ') " '
    { n = split($6, file, ":") } index(inodes, " " file[n] " ") { print $5 }' /proc/locks)
  for by in $holders; do
    set +f
    for open in "/proc/$by"/fd/*; do
      for lock in "$@"; do
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

# package_states NAME…: prints "NAME STATE" of each that dpkg knows.
package_states() {
  dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null
}
