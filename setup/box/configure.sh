#!/bin/sh
# Runs inside the box's root while it is built: user, services, local packages, initrd.
set -eu

# The user that Vagrant knows. No password, but not locked either, or sshd would refuse the key.
useradd --create-home --shell /bin/bash --password '*' vagrant
install -d -m 700 -o vagrant -g vagrant /home/vagrant/.ssh
install -m 600 -o vagrant -g vagrant /root/key.pub /home/vagrant/.ssh/authorized_keys
rm /root/key.pub
chmod 440 /etc/sudoers.d/vagrant

# Servers start when the lab says so.
systemctl --quiet disable apache2 keepalived nftables
systemctl --quiet enable systemd-networkd systemd-network-generator ssh ssh-host-key

# What a machine in the lab can do without, so that it boots fast under emulation.
systemctl --quiet mask \
  apache-htcacheclean.service apt-daily-upgrade.timer apt-daily.timer console-getty.service \
  dev-hugepages.mount dev-mqueue.mount dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer getty.target ipvsadm.service kmod-static-nodes.service \
  modprobe@.service serial-getty@.service sys-fs-fuse-connections.mount sys-kernel-config.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount systemd-binfmt.service \
  systemd-journal-flush.service systemd-networkd-wait-online.service systemd-pstore.service \
  systemd-random-seed.service systemd-remount-fs.service systemd-sysusers.service \
  systemd-tmpfiles-clean.timer systemd-update-utmp-runlevel.service systemd-update-utmp.service

# Sessions are only looked after where somebody asks: `systemctl reboot` does, through D-Bus.
ln -s /dev/null /etc/systemd/system/multi-user.target.wants/systemd-logind.service

# A machine has no way to the Internet: packages that the lab installs come with it.
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

# mmdebstrap keeps services from starting while it works.
rm -f /usr/sbin/policy-rc.d
[ ! -e /sbin/start-stop-daemon.REAL ] || mv /sbin/start-stop-daemon.REAL /sbin/start-stop-daemon

mktirfs -o /boot/initrd "$(basename /lib/modules/*)"

# Every machine is to make these itself.
rm -f /etc/ssh/ssh_host_* /etc/hostname /var/lib/dbus/machine-id /etc/resolv.conf
: >/etc/machine-id
rm -rf /var/cache/apt/archives/* /var/log/* /tmp/* /var/tmp/* /usr/share/doc/* /usr/share/locale/*
install -d -m 750 -o root -g adm /var/log/apache2
