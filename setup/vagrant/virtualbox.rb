# The lab's machines on VirtualBox, on a host that reaches the Internet.
module VirtualBoxLab
  PACKAGES = File.readlines(File.expand_path("../box/packages.txt", __dir__), chomp: true).join(" ")

  def self.define(machine, name, lab)
    own = lab.machines.fetch(name)
    machine.vm.box = "debian/bookworm64"
    machine.vm.hostname = name
    machine.vm.network :private_network, ip: own["address"], netmask: lab.netmask
    machine.vm.network :forwarded_port, id: "ssh", guest: 22, host: own["sshPort"], host_ip: "127.0.0.1"
    machine.vm.provider(:virtualbox) { |v| v.memory = lab.memory }
    # The public box calls the interface eth1: it answers to the lab's name for it, too.
    machine.vm.provision "interface", type: "shell", run: "always", inline: <<~SHELL
      ip link show #{lab.interface} >/dev/null 2>&1 ||
        ip link property add dev "$(ip -o -4 addr show to #{own["address"]} | awk '{ print $2 }')" \
          altname #{lab.interface}
    SHELL
    machine.vm.provision "packages", type: "shell", inline: <<~SHELL
      export DEBIAN_FRONTEND=noninteractive
      dpkg --status #{PACKAGES} >/dev/null 2>&1 && exit
      apt-get -qq update && apt-get -qq install -y --no-install-recommends #{PACKAGES}
      systemctl --quiet disable --now apache2 keepalived
    SHELL
  end
end
