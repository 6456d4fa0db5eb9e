#!/bin/sh
# host.sh [--all] [COMMAND…]: in another system, what a user does there; before each npm command comes COMMAND, which
# runs a newer Node.js. All in one run, as the machines end with it. A line "@@ STEP STATUS SECONDS" follows each step.
# With --all the project's own tests are the last step.
cd /root/ipvs-lab || exit 1
all=
if [ "${1-}" = --all ]; then
  all=yes
  shift
fi

step() {
  name=$1
  shift
  begin=$(date +%s)
  "$@"
  echo "@@ $name $? $(($(date +%s) - begin))"
}

nothing_left() {
  left=$(
    git status --porcelain | grep -v 'Pulumi\.systems\.yaml$'
    # The file of a lock stays: two processes could hold the lock if one took it away.
    find .state -path '*machines*' -type f ! -name '*.lock' 2>/dev/null
    pgrep -a qemu-system
  )
  [ -z "$left" ] || {
    echo "left: $left"
    return 1
  }
}

versions() {
  printf '@versions Node.js %s, npm %s' "$("$@" node --version | tr -d v)" "$("$@" npm --version)"
  ! command -v vagrant >/dev/null || printf ', Vagrant %s' "$(vagrant --version | sed 's/[^0-9]*\([0-9.]*[0-9]\).*/\1/')"
  printf ', QEMU %s\n' "$(qemu-system-x86_64 --version | sed -n '1s/.*version \([0-9.]*\).*/\1/p')"
}

step start "$@" npm start
step preview "$@" npm run preview -- --expect-no-changes
step destroy "$@" npm run destroy
step left nothing_left
[ -z "$all" ] || step test "$@" npm test
versions "$@"
