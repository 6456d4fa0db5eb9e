require "digest"
require "ipaddr"
require "json"
require "yaml"

# The stack's settings that the Vagrantfile needs, from the same file that Pulumi reads.
class Lab
  ROOT = File.expand_path("../..", __dir__)
  # The boxes that can be built; providers/qemu reads the same.
  BOXES = JSON.parse(File.read(File.join(ROOT, "providers/qemu/boxRecipes.json")))
  # How many machines there may be, and their ports if the settings have none.
  NETWORK = JSON.parse(File.read(File.join(ROOT, "providers/qemu/network/defaults.json")))

  attr_reader :machines, :interface, :netmask, :prefix, :box

  # A machine's IPv6 address with prefix; nil if it has none.
  def address6(name)
    address = @machines.fetch(name)["address6"]
    address && "#{address}/#{@prefix6}"
  end

  # The lab of this project, with the stack that IPVS_LAB_STACK names.
  def self.of_project
    new(ROOT, ENV["IPVS_LAB_STACK"] || "dev")
  end

  def initialize(root, stack)
    file = File.join(root, "Pulumi.#{stack}.yaml")
    File.exist?(file) or fail_with "There is no Pulumi.#{stack}.yaml: run `npm run setup`, or set IPVS_LAB_STACK."
    config = YAML.safe_load(File.read(file)).fetch("config", {})
    value = ->(key) { config["ipvs-lab:#{key}"] or fail_with "Pulumi.#{stack}.yaml lacks ipvs-lab:#{key}." }
    @machines = machines_of(value["machines"], Integer(value["memory"]))
    @interface = value["interface"]
    @netmask = IPAddr.new("255.255.255.255").mask(Integer(value["prefix"])).to_s
    @prefix6 = Integer(config["ipvs-lab:prefix6"] || 64)
    @box = box_of(config["ipvs-lab:box"])
    # The prefix differs for each checkout and stack, so their machines do not collide.
    @prefix = "ipvs-lab-#{stack}-#{Digest::SHA256.hexdigest(root)[0, 6]}-"
  end

  # True when a switch joins the machines; two are joined directly.
  def switch?
    @machines.size > 2
  end

  # The UDP port to which a machine sends its frames: the other machine's, or the switch's.
  def frames_to(name)
    return @machines.fetch(name)["switchPort"] if switch?
    @machines.find { |other, _| other != name }.last["tunnelPort"]
  end

  private

  # The machines with all their settings, as providers/qemu/network/places.ts has them.
  def machines_of(given, memory)
    given.size.between?(2, NETWORK["mostMachines"]) or
      fail_with "ipvs-lab:machines: there are #{given.size}; a lab has 2 to #{NETWORK["mostMachines"]} machines"
    given.each_with_index.to_h do |(name, own), i|
      defaults = NETWORK["firstPorts"].transform_values { |first| first + i }
      [name, { "memory" => memory }.merge(defaults, own)]
    end
  end

  # The box of machines that are made now. The variable overrides the setting.
  def box_of(setting)
    variable = ENV["IPVS_LAB_BOX"].to_s
    name = variable.empty? ? setting : variable
    return BOXES["usual"] if name.nil? || name == "auto"
    from = variable.empty? ? "ipvs-lab:box" : "IPVS_LAB_BOX"
    # Some boxes are only for tests, which name them by the variable.
    known = BOXES["boxes"].reject { |_, box| variable.empty? && box["forTests"] }.keys
    known.include?(name) or fail_with "#{from}: \"#{name}\" is no box; there are auto, #{known.join(", ")}"
    name
  end

  def fail_with(message)
    raise Vagrant::Errors::VagrantError.new, message
  end
end
