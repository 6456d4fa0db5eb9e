# The lab's machines on VirtualBox, on a host that reaches the Internet.
module VirtualBoxLab
  PACKAGES = File.readlines(File.expand_path("../box/packages.txt", __dir__), chomp: true).join(" ")

  def self.define(machine, name, lab)
    own = lab.machines.fetch(name)
    box = Lab::BOXES["boxes"][lab.box]
    machine.vm.box = box["virtualBox"] or
      raise Vagrant::Errors::VagrantError.new, "For VirtualBox there is no box #{lab.box}."
    machine.vm.hostname = name
    machine.vm.network :private_network, ip: own["address"], netmask: lab.netmask
    machine.vm.network :forwarded_port, id: "ssh", guest: 22, host: own["sshPort"], host_ip: "127.0.0.1"
    machine.vm.provider(:virtualbox) { |v| v.memory = own["memory"] }
    # The public box calls the interface eth1. The lab's name for it becomes an alternative name.
    machine.vm.provision "interface", type: "shell", run: "always", inline: <<~SHELL
      ip link show #{lab.interface} >/dev/null 2>&1 ||
        ip link property add dev "$(ip -o -4 addr show to #{own["address"]} | awk '{ print $2 }')" \
          altname #{lab.interface}
    SHELL
    if lab.address6(name)
      machine.vm.provision "address6", type: "shell", run: "always",
        inline: "ip address replace #{lab.address6(name)} dev #{lab.interface} nodad"
    end
    newer_kernel(machine, box["kernel"])
    machine.vm.provision "packages", type: "shell", inline: <<~SHELL
      export DEBIAN_FRONTEND=noninteractive
      dpkg --status #{PACKAGES} >/dev/null 2>&1 && exit
      apt-get -qq update && apt-get -qq install -y --no-install-recommends #{PACKAGES}
      systemctl --quiet disable --now apache2 keepalived
    SHELL
  end

  # Installs a kernel given as "PACKAGE/RELEASE", from another release than the box's. It installs the general kernel,
  # because the one for clouds has no drivers for VirtualBox.
  def self.newer_kernel(machine, kernel)
    release = kernel[%r{/(.*)}, 1] or return
    machine.vm.provision "kernel", type: "shell", reboot: true, inline: <<~SHELL
      export DEBIAN_FRONTEND=noninteractive
      echo "deb http://deb.debian.org/debian #{release} main" >/etc/apt/sources.list.d/#{release}.list
      apt-get -qq update && apt-get -qq install -y --no-install-recommends -t #{release} linux-image-amd64
    SHELL
  end
end
