require "digest"
require "ipaddr"
require "json"
require "yaml"

# The stack's settings that the Vagrantfile needs, from the same file that Pulumi reads.
class Lab
  # The boxes that can be built; providers/qemu reads the same.
  BOXES = JSON.parse(File.read(File.expand_path("../../providers/qemu/boxRecipes.json", __dir__)))

  attr_reader :machines, :memory, :interface, :netmask, :prefix, :box

  # The lab of this project, with the stack that IPVS_LAB_STACK names.
  def self.of_project
    new(File.expand_path("../..", __dir__), ENV["IPVS_LAB_STACK"] || "dev")
  end

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
    @box = box_of(config["ipvs-lab:box"])
    # The prefix differs for each checkout and stack, so their machines do not collide.
    @prefix = "ipvs-lab-#{stack}-#{Digest::SHA256.hexdigest(root)[0, 6]}-"
  end

  private

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
