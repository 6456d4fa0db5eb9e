require "digest"
require "ipaddr"
require "yaml"

# What the Vagrantfile needs of the stack's settings: the same file that Pulumi reads.
class Lab
  attr_reader :machines, :memory, :interface, :netmask, :prefix

  def initialize(root, stack)
    file = File.join(root, "Pulumi.#{stack}.yaml")
    File.exist?(file) or fail_with "There is no Pulumi.#{stack}.yaml: run `npm run setup`, or set IPVS_LAB_STACK."
    config = YAML.safe_load(File.read(file)).fetch("config", {})
    value = ->(key) { config["ipvs-lab:#{key}"] or fail_with "Pulumi.#{stack}.yaml lacks ipvs-lab:#{key}." }
    @machines = value["machines"]
    @machines.size == 2 or fail_with "ipvs-lab:machines must be exactly two: the lab's network joins two."
    @memory = Integer(value["memory"])
    @interface = value["interface"]
    @netmask = IPAddr.new("255.255.255.255").mask(Integer(value["prefix"])).to_s
    # Another checkout or stack has other machines.
    @prefix = "ipvs-lab-#{stack}-#{Digest::SHA256.hexdigest(root)[0, 6]}-"
  end

  private

  def fail_with(message)
    raise Vagrant::Errors::VagrantError.new, message
  end
end
