#!/usr/bin/env bash
# libvirt.sh start BUILD…, or stop: prepares libvirt for the lab's machines before the first of them, and cleans up
# after the last. BUILD is the folder, in the cache, of a box that they are made from.
#
# `start` makes sure that libvirt answers, and gives it a pool for the machines' disks. A normal user has a libvirt
# daemon of their own, which starts and ends by itself. Root uses the system's daemon. Without an init system that
# runs it, `start` starts it, and `stop` ends it once no machine is left. A daemon that others started is never ended.
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ipvs-lab
files=$cache
run=/run/ipvs-lab # the daemons' folder: one per host, so that checkouts share them
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
  # Hides networks that are set to start automatically: the lab uses no bridge.
  [ -z "$(ls -A /etc/libvirt/qemu/networks/autostart 2>/dev/null)" ] ||
    echo "$run/empty /etc/libvirt/qemu/networks/autostart"
  # Some kernels offer /dev/kvm on a CPU without virtualisation, for special guests. libvirt then asks QEMU at every
  # step whether KVM works, which takes minutes. It does not ask when the device is hidden. The /dev that libvirt
  # makes for a machine would fail on the hidden device, so that is off.
  if [ -e /dev/kvm ] && ! grep -Eq '^flags.* (vmx|svm)( |$)' /proc/cpuinfo; then
    install -m 000 /dev/null "$run/kvm"
    cat /etc/libvirt/qemu.conf >"$run/qemu.conf"
    echo 'namespaces = []' >>"$run/qemu.conf"
    echo "$run/kvm /dev/kvm"
    echo "$run/qemu.conf /etc/libvirt/qemu.conf"
  fi
}

# mounted LIST COMMAND…: makes these mounts for all of its name space, and becomes the command.
mounted() {
  while read -r source target; do mount --bind "$source" "$target"; done <<<"$1"
  shift
  exec "$@"
}

start_daemons() {
  running virtlogd || virtlogd --daemon --pid-file "$run/virtlogd.pid" 9>&-
  local list
  list=$(mounts)
  set -- libvirtd --daemon --pid-file "$run/libvirtd.pid"
  if [ -n "$list" ]; then
    set -- unshare --mount "$0" mounted "$list" "$@"
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
  # When nothing was started, asking libvirt would only start a daemon.
  [ -d "$files/machines" ] || [ -d "$run" ] || return 0
  if root; then lock "$run"; else lock "$cache"; fi
  local machines
  if machines=$(libvirt list --all --name 2>/dev/null); then
    if grep -q '^ipvs-lab-' <<<"$machines"; then return; fi
    libvirt pool-destroy ipvs-lab >/dev/null 2>&1 || true
  elif [ -n "$(ls -A "$files/machines" 2>/dev/null)" ]; then
    # After a restart of the computer nobody may answer, and machines that are halted still need their disks.
    return
  fi
  rm -rf "$files/machines"
  root || return 0
  rm -rf "$files"
  # Our daemon stays while it runs machines of others.
  [ -z "${machines//[[:space:]]/}" ] || return 0
  end_daemon libvirtd
  end_daemon virtlogd
  rm -rf "$run"
  find /run/libvirt -depth -type d -empty -delete 2>/dev/null || true
}

case ${1-} in
  start | stop | mounted) "$@" ;;
  *)
    echo "usage: $0 start BUILD… | stop" >&2
    exit 2
    ;;
esac
