require "json"

# The lab's machines on libvirt. They add only processes to the host: their network is UDP tunnels on loopback, to each
# other or to a switch that is a process as well, and SSH forwarded from loopback is the only way in or out.
module LibvirtLab
  # The machines' hardware, the same as that of machines that QEMU runs without Vagrant.
  HARDWARE = JSON.parse(File.read(File.expand_path("../../providers/qemu/hardware.json", __dir__)))
  SCRIPT = File.expand_path("../libvirt.sh", __dir__)
  MACHINES = File.expand_path("../../providers/qemu/machines", __dir__)
  CACHE = File.join(ENV["XDG_CACHE_HOME"] || File.join(Dir.home, ".cache"), "ipvs-lab")
  # Root's machines run as a user that cannot read root's cache, so setup/libvirt.sh copies the box.
  FILES = Process.uid.zero? ? "/var/lib/libvirt/images/ipvs-lab" : CACHE

  # By default QEMU keeps a GiB of translated code for each machine, which is as fast with an eighth of that. Vagrant
  # writes a feature as an empty element only, so this one opens another, which that ending closes.
  LESS_TRANSLATED_CODE = "tcg><tb-cache unit='MiB'>128</tb-cache></tcg><pae"

  # The box of a machine: "ipvs-lab/debian13-0123abcd". An existing machine keeps the box that it was made from,
  # because the modules on its disk fit only that box's kernel.
  def self.box_of(name, lab)
    dotfile = File.expand_path(ENV["VAGRANT_DOTFILE_PATH"] || ".vagrant", File.expand_path("../..", __dir__))
    files = File.join(dotfile, "machines", name, "libvirt")
    return built(lab.box) unless File.exist?(File.join(files, "id")) && File.exist?(File.join(files, "box_meta"))
    JSON.parse(File.read(File.join(files, "box_meta"))).fetch("name")
  end

  # The last build of a box.
  def self.built(box)
    File.read(File.join(CACHE, "box/current-#{box}")).strip
  rescue Errno::ENOENT
    raise Vagrant::Errors::VagrantError.new,
      "The lab's box #{box} is not built yet: run `IPVS_LAB_BOX=#{box} npm run setup`."
  end

  # True when KVM works. The device alone is no proof: some hosts have it for special guests only.
  def self.kvm?
    File.writable?("/dev/kvm") && File.read("/proc/cpuinfo").match?(/^flags\b.* (vmx|svm)\b/)
  end

  # Starts libvirt when a command may need it. Every vagrant process holds a shared lock until it ends. The last one
  # stops libvirt when no machine is left.
  def self.daemons(machine_ids)
    lock = hold
    needed = (ARGV & %w[up reload]).any? || Dir.glob(machine_ids).any?
    start if needed
    pid = Process.pid
    at_exit do
      next unless Process.pid == pid
      switch "end" if Dir.glob(machine_ids).empty?
      lock.flock(File::LOCK_UN)
      next unless lock.flock(File::LOCK_EX | File::LOCK_NB)
      system(SCRIPT, "stop")
      File.delete(lock.path)
    end
  end

  def self.start
    lab = Lab.of_project
    builds = lab.machines.keys.map { |name| box_of(name, lab)[/\h+\z/] }.uniq
    system(SCRIPT, "start", *builds) or raise Vagrant::Errors::VagrantError.new, "libvirt is not ready."
    switch "start" if lab.switch?
  end

  # Starts or ends the switch between the machines. It is the same process as for machines without Vagrant.
  def self.switch(what)
    dotfile = File.expand_path(ENV["VAGRANT_DOTFILE_PATH"] || ".vagrant", Lab::ROOT)
    return if what == "end" && !File.exist?(File.join(dotfile, "switch"))
    environment = { "VAGRANT_DOTFILE_PATH" => dotfile }
    return if system(environment, MACHINES, "switch", what, chdir: Lab::ROOT)
    raise Vagrant::Errors::VagrantError.new, "The switch of the lab's network does not #{what}."
  end

  # Takes the shared lock. The last process deletes the file, so this one checks that it has locked the current file.
  def self.hold
    path = Process.uid.zero? ? "/run/ipvs-lab.lock" : File.join(CACHE, "vagrant.lock")
    FileUtils.mkdir_p(File.dirname(path))
    loop do
      lock = File.open(path, File::RDWR | File::CREAT | File::NOFOLLOW, 0o600)
      lock.flock(File::LOCK_SH)
      return lock if File.exist?(path) && File.identical?(lock, path)
    end
  end

  def self.define(machine, name, lab)
    own = lab.machines.fetch(name)
    box = machine.vm.box = box_of(name, lab)
    boot = File.join(FILES, "box", box[/\h+\z/])
    machine.ssh.host = "127.0.0.1"
    machine.ssh.port = own["sshPort"]
    machine.ssh.private_key_path = File.join(CACHE, "box/id_ed25519")
    machine.ssh.insert_key = false
    machine.vm.network :private_network, type: "dhcp", auto_config: false, # its address: see cmd_line
      libvirt__tunnel_type: "udp",
      libvirt__tunnel_local_ip: "127.0.0.1", libvirt__tunnel_local_port: own["tunnelPort"],
      libvirt__tunnel_ip: "127.0.0.1", libvirt__tunnel_port: lab.frames_to(name),
      libvirt__bus: "0", libvirt__slot: HARDWARE["labNetworkSlot"].hex.to_s # what makes it enp0s8
    machine.vm.provider :libvirt do |v|
      v.default_prefix = lab.prefix
      v.uri = v.system_uri = "qemu:///session"
      v.qemu_use_session = true
      v.qemu_use_agent = true # tells Vagrant that the machine is up
      v.mgmt_attach = false
      v.driver = kvm? ? "kvm" : "qemu"
      v.features = %w[acpi apic] + [LESS_TRANSLATED_CODE] unless kvm?
      v.cpu_mode = kvm? ? "host-passthrough" : "maximum"
      v.storage_pool_name = "ipvs-lab"
      v.memory = own["memory"]
      v.cpus = HARDWARE["cpus"]
      v.graphics_type = "none"
      v.disk_driver cache: "unsafe" # a throw-away disk
      v.kernel = File.join(boot, "vmlinuz")
      v.initrd = File.join(boot, "initrd")
      # The kernel's command line sets name and address: Vagrant would log in several times to set them. It also turns
      # off five-level page tables, which only slow emulation down.
      v.cmd_line = format(HARDWARE["kernelCommandLine"], name: name, address: own["address"],
        netmask: lab.netmask, interface: lab.interface) + (lab.address6(name) ? " lab.address6=#{lab.address6(name)}" : "")
      v.qemuargs value: "-netdev"
      v.qemuargs value: "user,id=ssh0,restrict=on,hostfwd=tcp:127.0.0.1:#{own["sshPort"]}-:22"
      v.qemuargs value: "-device"
      v.qemuargs value: "virtio-net-pci,netdev=ssh0,addr=#{HARDWARE["sshSlot"]}" # enp0s16
    end
  end
end
