#!/bin/bash
# enter.sh ROOT COMMAND…: runs a command as root in another system's root file system, with this computer's network.
# It has processes and mounts of its own, which all end with it. A plain chroot would not do: mmdebstrap needs mounts
# that do not propagate, and QEMU a pty of its own.
set -euo pipefail

if [ "$1" != --inside ]; then
  exec unshare --mount --pid --fork --kill-child --uts bash "$0" --inside "$@"
fi
root=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs sys sys
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/lock .before
pivot_root . .before
cd /
umount -l /.before
hostname "another-system"
cd /root
exec "$@"
