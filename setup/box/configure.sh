#!/bin/sh
# Runs inside the box's root while it is built: user, services, local packages, initrd.
set -eu

# The user that Vagrant knows. No password, but not locked either, or sshd would refuse the key.
useradd --create-home --shell /bin/bash --password '*' vagrant
install -d -m 700 -o vagrant -g vagrant /home/vagrant/.ssh
install -m 600 -o vagrant -g vagrant /root/key.pub /home/vagrant/.ssh/authorized_keys
rm /root/key.pub
# sudo-rs does not know the settings that make a login faster.
visudo -q -c -f /etc/sudoers.d/vagrant >/dev/null 2>&1 || sed -i '/^Defaults/d' /etc/sudoers.d/vagrant
chmod 440 /etc/sudoers.d/vagrant

# Servers start when the lab says so.
systemctl --quiet disable apache2 keepalived nftables
[ ! -e /usr/lib/systemd/system/ssh.socket ] || systemctl --quiet disable ssh.socket
systemctl --quiet enable systemd-networkd systemd-network-generator lab-address6 ssh ssh-host-key

# Services that a machine in the lab does not need; without them it boots faster under emulation.
systemctl --quiet mask \
  apache-htcacheclean.service apt-daily-upgrade.timer apt-daily.timer console-getty.service \
  dev-hugepages.mount dev-mqueue.mount dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer getty.target ipvsadm.service kmod-static-nodes.service \
  modprobe@.service run-lock.mount serial-getty@.service sys-fs-fuse-connections.mount \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount systemd-binfmt.service \
  systemd-creds.socket systemd-hostnamed.socket systemd-initctl.socket systemd-journal-flush.service \
  systemd-networkd-persistent-storage.service systemd-networkd-wait-online.service \
  systemd-pstore.service systemd-random-seed.service systemd-remount-fs.service \
  systemd-sysext.socket systemd-sysusers.service systemd-tmpfiles-clean.timer \
  systemd-tmpfiles-setup-dev-early.service systemd-udev-load-credentials.service \
  systemd-update-utmp-runlevel.service systemd-update-utmp.service tmp.mount
install -d /etc/systemd/system-generators
ln -s /dev/null /etc/systemd/system-generators/systemd-ssh-generator

# logind starts only on request: `systemctl reboot` asks for it through D-Bus.
ln -s /dev/null /etc/systemd/system/multi-user.target.wants/systemd-logind.service

# A machine cannot reach the Internet, so the packages that the lab installs come with it.
cd /opt/ipvs-lab-packages
rm -rf lock partial
for file in *.deb; do
  dpkg-deb --field "$file"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" \
    "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
done >Packages
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/* /etc/apt/apt.conf.d/99mmdebstrap
echo 'deb [trusted=yes] file:/opt/ipvs-lab-packages ./' >/etc/apt/sources.list
apt-get -qq update

# With these, mmdebstrap keeps services from starting during the build.
rm -f /usr/sbin/policy-rc.d
[ ! -e /sbin/start-stop-daemon.REAL ] || mv /sbin/start-stop-daemon.REAL /sbin/start-stop-daemon

# The loader in the initrd reads uncompressed modules only; kernels from Debian 13 on have compressed ones.
version=$(basename /lib/modules/*)
set -- virtio_pci virtio_blk ext4 virtio_net virtio_console
modprobe --all --ignore-install --quiet --set-version="$version" --show-depends "$@" |
  while read -r how file _; do
    case "$how $file" in
      insmod*.xz) unxz -f "$file" ;;
      insmod*.zst) zstd -q -d -f --rm "$file" ;;
    esac
  done
depmod "$version"
mktirfs -o /boot/initrd --include-modules="$(IFS=, && echo "$*")" "$version"

# Every machine makes its own.
rm -f /etc/ssh/ssh_host_* /etc/hostname /var/lib/dbus/machine-id /etc/resolv.conf
: >/etc/machine-id
rm -rf /var/cache/apt/archives/* /var/log/* /tmp/* /var/tmp/* /usr/share/doc/* /usr/share/locale/*
install -d -m 750 -o root -g adm /var/log/apache2
# A first boot would otherwise look for what new files in /usr ask for.
touch -r /usr /etc/.updated /var/.updated
