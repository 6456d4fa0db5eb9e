#!/bin/sh
# box.sh FOLDER: a throw-away system over the machine's own, with a systemd and a network of its own. It is
# gone when this process is.
set -eu
if [ "${2-}" != inside ]; then
  group=/sys/fs/cgroup/ipvs-lab-cuts
  mkdir -p "$group"
  echo $$ >"$group/cgroup.procs"
  exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child sh "$0" "$1" inside
fi
mount --make-rprivate /
mount -t tmpfs -o size=300m tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount --rbind /dev dev
# What the machine itself changes there meanwhile is not to be seen.
cp -a etc etc.own
rm -rf etc
mv etc.own etc
rm -f etc/systemd/system/multi-user.target.wants/*
mkdir -p mnt
pivot_root . mnt
umount -l /mnt
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=ipvs-lab \
  /lib/systemd/systemd --unit=basic.target --show-status=no
