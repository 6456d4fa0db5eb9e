#!/usr/bin/env bash
# Builds one of the lab's boxes from its distribution's packages alone:
#   build.sh OUTPUT_FOLDER PUBLIC_KEY DISK_PATH SOURCES SUITE KERNEL [PACKAGE…]
# takes them from where SOURCES says, a file of apt's that also holds the archive's keys; KERNEL is a package, with
# "/RELEASE" where it is not the suite's, as each PACKAGE that only this box has may be. It leaves disk.qcow2, vmlinuz
# and initrd in the folder, and lab.box, which expects the disk at DISK_PATH, where the machines run. Works as root
# and, with uidmap's tools, as a normal user: everything that needs root's rights runs in mmdebstrap's own name space.
set -euo pipefail

output=$(realpath "$1")
public_key=$(realpath "$2")
disk_path=$3
sources=$(realpath "$4")
suite=$5
packages=$(printf '%s,' "${@:6}")
cd "$(dirname "$0")"

# Everything is for this user alone, but for the folder in which mmdebstrap unpacks: its other user ids must be able
# to get there, though not to look around; nothing that is used afterwards is made in it.
umask 077
work=$(mktemp -d "${TMPDIR:-/var/tmp}/ipvs-lab-box.XXXXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 711 "$work"
mkdir "$work/own"
mkdir -m 711 "$work/root"
base=apt,dbus,kmod,libnss-myhostname,openssh-server,qemu-guest-agent,sudo,systemd-sysv,tiny-initramfs,udev,xz-utils,zstd,${packages%,}

# Under names that mmdebstrap's hooks can be told: these are split at spaces.
cp "$public_key" "$work/own/key.pub"
cp "$sources" "$work/own/box.sources"
tar --create --file "$work/own/rootfs.tar" --directory rootfs --owner 0 --group 0 --mode 'u=rwX,go=rX' .
# mmdebstrap's hooks, where its other user ids can run them.
mkdir -m 711 "$work/hooks"
install -m 755 packages.sh in-root.sh disk.sh "$work/hooks"

echo "packages of $suite …"
# The image's own files get their usual rights.
(umask 022 && HOME=$work/root TMPDIR=$work/root mmdebstrap --quiet --mode=auto --variant=minbase --format=null --skip=cleanup \
  --include="$base,$(paste -sd, packages.txt)" \
  --aptopt='Acquire::Languages "none"' --dpkgopt=force-confold --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook="tar-in $work/own/rootfs.tar /" \
  --customize-hook="$work/hooks/packages.sh" \
  --customize-hook="upload $work/own/key.pub /root/key.pub" \
  --customize-hook='upload configure.sh /root/configure.sh' \
  --customize-hook="$work/hooks/in-root.sh" \
  --customize-hook="$work/hooks/disk.sh" \
  --customize-hook="download /boot/lab-disk.qcow2 $work/own/disk.qcow2" \
  --customize-hook="download /boot/lab-vmlinuz $work/own/vmlinuz" \
  --customize-hook="download /boot/lab-initrd $work/own/initrd" \
  "$suite" /dev/null "$work/own/box.sources")

echo "The disk …"
mv "$work/own/disk.qcow2" "$work/own/vmlinuz" "$work/own/initrd" "$output"

# Vagrant's box is only a layer on top of that disk: Vagrant would send a whole one to libvirt in
# small pieces, which takes minutes.
qemu-img create -q -u -f qcow2 -F qcow2 -b "$disk_path" "$work/own/box.img" 3G
printf '{"provider": "libvirt", "format": "qcow2", "virtual_size": 3}\n' >"$work/own/metadata.json"
tar --create --file "$output/lab.box" --directory "$work/own" metadata.json box.img
