#!/usr/bin/env bash
# Builds one of the lab's boxes from its distribution's packages alone:
#   build.sh OUTPUT_FOLDER PUBLIC_KEY DISK_PATH SOURCES SUITE KERNEL [PACKAGE…]
# SOURCES is a file for apt that also holds the archive's keys. KERNEL is a package, and each PACKAGE is one that only
# this box has; "/RELEASE" behind its name takes it from another release than SUITE. The result in the folder is
# disk.qcow2, vmlinuz and initrd, and lab.box, which expects the disk at DISK_PATH when the machines run. Works as root
# and, with the tools of uidmap, as a normal user: what needs root's rights runs in mmdebstrap's own name space.
set -euo pipefail

output=$(realpath "$1")
public_key=$(realpath "$2")
disk_path=$3
sources=$(realpath "$4")
suite=$5
packages=$(printf '%s,' "${@:6}")
cd "$(dirname "$0")"

# Only this user may read anything here. mmdebstrap's other user ids may pass through the folder in which it unpacks,
# but not list it; nothing that is used afterwards is made there.
umask 077
work=$(mktemp -d "${TMPDIR:-/var/tmp}/ipvs-lab-box.XXXXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 711 "$work"
mkdir "$work/own"
mkdir -m 711 "$work/root"
base=apt,dbus,kmod,libnss-myhostname,openssh-server,qemu-guest-agent,sudo,systemd-sysv,tiny-initramfs,udev,xz-utils,zstd,${packages%,}

# Copies under names without spaces, at which mmdebstrap splits its hooks.
cp "$public_key" "$work/own/key.pub"
cp "$sources" "$work/own/box.sources"
tar --create --file "$work/own/rootfs.tar" --directory rootfs --owner 0 --group 0 --mode 'u=rwX,go=rX' .
# The hooks, in a folder where mmdebstrap's other user ids can run them.
mkdir -m 711 "$work/hooks"
install -m 755 packages.sh in-root.sh disk.sh "$work/hooks"

# The disk comes out of mmdebstrap's name space through an open file: its own copy takes seconds for one so large.
exec 9>"$work/own/disk.qcow2"
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
  --customize-hook="download /boot/lab-vmlinuz $work/own/vmlinuz" \
  --customize-hook="download /boot/lab-initrd $work/own/initrd" \
  "$suite" /dev/null "$work/own/box.sources")
exec 9>&-

echo "The disk …"
mv "$work/own/disk.qcow2" "$work/own/vmlinuz" "$work/own/initrd" "$output"

# Vagrant's box is only a layer on top of that disk: Vagrant sends a box to libvirt in small pieces, which would take
# minutes for the whole disk.
qemu-img create -q -u -f qcow2 -F qcow2 -b "$disk_path" "$work/own/box.img" 3G
printf '{"provider": "libvirt", "format": "qcow2", "virtual_size": 3}\n' >"$work/own/metadata.json"
tar --create --file "$output/lab.box" --directory "$work/own" metadata.json box.img
