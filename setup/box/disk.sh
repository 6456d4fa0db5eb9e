#!/bin/sh
# disk.sh ROOT: a hook of mmdebstrap that writes a disk with the root's files to file descriptor 9, and leaves the
# kernel and the initrd as lab-vmlinuz and lab-initrd in the root's /boot. It runs inside mmdebstrap's name space,
# where files have their real owners.
set -eu

if [ "${2-}" != mounts ]; then
  exec unshare --mount "$0" "$1" mounts
fi
umask 077
boot=$1/boot
# From a bind mount, which leaves /proc and the like out. The disk's own /boot is empty: the kernel stays outside.
mount --bind "$1" /mnt
mount -t tmpfs -o mode=755 tmpfs /mnt/boot
cat "$boot"/vmlinuz-* >"$boot/lab-vmlinuz"
cat "$boot/initrd" >"$boot/lab-initrd"
truncate --size 3G "$boot/lab-disk.raw"
mke2fs -q -F -t ext4 -L lab -m 0 -J size=8 -E lazy_itable_init=1 -d /mnt "$boot/lab-disk.raw"
umount /mnt/boot /mnt
qemu-img convert -O qcow2 "$boot/lab-disk.raw" "$boot/lab-disk.qcow2"
cat "$boot/lab-disk.qcow2" >&9
rm "$boot/lab-disk.raw" "$boot/lab-disk.qcow2"
