#!/usr/bin/env bash
# Builds the lab's box from Debian's packages alone: build.sh OUTPUT_FOLDER PUBLIC_KEY DISK_PATH
# leaves disk.qcow2, vmlinuz and initrd in the folder, and lab.box, which expects the disk at
# DISK_PATH, where the machines run. Works as root and, with uidmap's tools, as a
# normal user: everything that needs root's rights runs in mmdebstrap's own name space.
set -euo pipefail

output=$(realpath "$1")
public_key=$(realpath "$2")
disk_path=$3
cd "$(dirname "$0")"

# mmdebstrap's other user ids must be able to get here, whatever the home folder's permissions are;
# the second, unlisted level keeps everybody else out.
outer=$(mktemp -d "${TMPDIR:-/var/tmp}/ipvs-lab-box.XXXXXXXX")
trap 'rm -rf "$outer"' EXIT
work=$(mktemp -d "$outer/XXXXXXXXXXXX")
chmod 711 "$outer"
chmod 755 "$work"
export TMPDIR=$work
base=dbus,kmod,libnss-myhostname,linux-image-cloud-amd64,openssh-server,qemu-guest-agent,sudo,systemd-sysv,tiny-initramfs,udev
for file in disk.raw vmlinuz initrd; do
  touch "$work/$file"
  chmod 666 "$work/$file"
done
truncate --size 3G "$work/disk.raw"

tar --create --file "$work/rootfs.tar" --directory rootfs --owner 0 --group 0 --mode 'u=rwX,go=rX' .
# Made inside the name space, where files have their real owners; from a bind mount, so that /proc
# and its like stay out.
cat >"$work/make-disk.sh" <<END
mount --bind "\$1" /mnt
cat /mnt/boot/vmlinuz-* >"$work/vmlinuz"
cat /mnt/boot/initrd >"$work/initrd"
rm -rf /mnt/boot/*
mke2fs -q -F -t ext4 -L lab -m 0 -J size=8 -E lazy_itable_init=1 -d /mnt "$work/disk.raw"
umount /mnt
END

echo "Debian's packages …"
# shellcheck disable=SC2016 # $1 and the variables are the hook's own
HOME=$work mmdebstrap --quiet --mode=auto --variant=minbase --format=null --skip=cleanup \
  --include="$base,$(paste -sd, packages.txt)" \
  --aptopt='Acquire::Languages "none"' --dpkgopt=force-confold --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook="tar-in $work/rootfs.tar /" \
  --customize-hook='mkdir -p "$1/opt/ipvs-lab-packages/partial"' \
  --customize-hook='APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --yes -qq --download-only -o Dir::Cache::archives="$1/opt/ipvs-lab-packages" install --reinstall nginx-light ipvsadm' \
  --customize-hook="upload $public_key /root/key.pub" \
  --customize-hook='upload configure.sh /root/configure.sh' \
  --customize-hook='chroot "$1" sh /root/configure.sh && rm "$1/root/configure.sh"' \
  --customize-hook="unshare --mount sh -e $work/make-disk.sh \"\$1\"" \
  bookworm /dev/null

echo "The disk …"
qemu-img convert -O qcow2 "$work/disk.raw" "$output/disk.qcow2"
cp "$work/vmlinuz" "$work/initrd" "$output"

# Vagrant's box is only a layer on top of that disk: Vagrant would send a whole one to libvirt in
# small pieces, which takes minutes.
qemu-img create -q -u -f qcow2 -F qcow2 -b "$disk_path" "$work/box.img" 3G
printf '{"provider": "libvirt", "format": "qcow2", "virtual_size": 3}\n' >"$work/metadata.json"
tar --create --file "$output/lab.box" --directory "$work" metadata.json box.img
