#!/usr/bin/env bash
# libvirt.sh start BUILD…, or stop: what the lab's machines need of libvirt, before the first and after the
# last of them. BUILD is the folder of a box that they are made from, in the cache.
#
# `start` makes sure that a libvirt answers, and gives it a pool for the machines' disks. A normal
# user has a libvirt daemon of their own that comes and goes by itself. Root's is the system's;
# where no init system runs it, `start` does, and `stop` ends it once no machine is left. A daemon
# that others started is never ended.
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ipvs-lab
files=$cache
run=/run/ipvs-lab # of the daemons: one per host, so that checkouts share them
root() { [ "$(id -u)" = 0 ]; }
# Root's QEMU runs as another user, who cannot read root's home.
if root; then files=/var/lib/libvirt/images/ipvs-lab; fi

libvirt() { virsh --quiet --connect qemu:///session "$@"; }
answers() { libvirt uri >/dev/null 2>&1; }
running() { [ -s "$run/$1.pid" ] && kill -0 "$(cat "$run/$1.pid")" 2>/dev/null; }
lock() {
  mkdir -p "$1"
  exec 9>"$1/lock"
  flock 9
}

# Mounts for the daemon's own name space, each as "source target".
mounts() {
  mkdir -p "$run/empty"
  # A network that somebody has start by itself must not: the lab has no bridge.
  [ -z "$(ls -A /etc/libvirt/qemu/networks/autostart 2>/dev/null)" ] ||
    echo "$run/empty /etc/libvirt/qemu/networks/autostart"
  # A kernel that offers /dev/kvm on a CPU without virtualisation, for guests made for it, makes
  # libvirt ask QEMU at every step whether it works: minutes. Without the device it does not ask;
  # a machine's own /dev, which libvirt otherwise makes, would trip over it.
  if [ -e /dev/kvm ] && ! grep -Eq '^flags.* (vmx|svm)( |$)' /proc/cpuinfo; then
    install -m 000 /dev/null "$run/kvm"
    cat /etc/libvirt/qemu.conf >"$run/qemu.conf"
    echo 'namespaces = []' >>"$run/qemu.conf"
    echo "$run/kvm /dev/kvm"
    echo "$run/qemu.conf /etc/libvirt/qemu.conf"
  fi
}

start_daemons() {
  running virtlogd || virtlogd --daemon --pid-file "$run/virtlogd.pid" 9>&-
  local list
  list=$(mounts)
  set -- libvirtd --daemon --pid-file "$run/libvirtd.pid"
  if [ -n "$list" ]; then
    # shellcheck disable=SC2016 # the variables are the inner shell's
    set -- unshare --mount sh -ec '
      echo "$0" | while read -r source target; do mount --bind "$source" "$target"; done
      exec "$@"' "$list" "$@"
  fi
  running libvirtd || "$@" 9>&-
  for _ in $(seq 100); do
    if answers; then return; fi
    sleep 0.1
  done
  echo "libvirtd was started and does not answer." >&2
  exit 1
}

start() {
  if root; then
    lock "$run"
    answers || start_daemons
    local build
    for build; do
      if ! [ -d "$files/box/$build" ]; then
        mkdir -p "$files/box"
        rm -rf "$files/box/new"
        cp -r "$cache/box/$build" "$files/box/new"
        mv "$files/box/new" "$files/box/$build"
      fi
    done
  else
    lock "$cache"
  fi
  libvirt pool-info ipvs-lab >/dev/null 2>&1 && return
  mkdir -p "$files/machines"
  libvirt pool-create-as ipvs-lab dir --target "$files/machines" >/dev/null
}

end_daemon() {
  running "$1" || return 0
  local pid
  pid=$(cat "$run/$1.pid")
  kill "$pid"
  for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
}

stop() {
  # Where nothing was started, asking would only start a daemon.
  [ -d "$files/machines" ] || [ -d "$run" ] || return 0
  if root; then lock "$run"; else lock "$cache"; fi
  local machines
  if machines=$(libvirt list --all --name 2>/dev/null); then
    if grep -q '^ipvs-lab-' <<<"$machines"; then return; fi
    libvirt pool-destroy ipvs-lab >/dev/null 2>&1 || true
  fi
  rm -rf "$files/machines"
  root || return 0
  rm -rf "$files"
  # A daemon of ours that somebody else's machines use meanwhile stays.
  [ -z "${machines//[[:space:]]/}" ] || return 0
  end_daemon libvirtd
  end_daemon virtlogd
  rm -rf "$run"
  find /run/libvirt -depth -type d -empty -delete 2>/dev/null || true
}

case ${1-} in
  start | stop) "$@" ;;
  *)
    echo "usage: $0 start BUILD… | stop" >&2
    exit 2
    ;;
esac
