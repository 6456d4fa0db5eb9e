import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { failureOf, Lab, urn } from "../../../support/vagrant/harness";

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => {
  lab.close();
});

const gems = "/usr/share/rubygems-integration/all/gems";
/** As Ruby 3.1 and 3.4 write them; a hundred of them, as there are. */
const frames = Array.from({ length: 50 }, (_, i) => [
  `${gems}/vagrant-2.3.7/lib/vagrant/batch_action.rb:${i}:in \`block (2 levels) in run'`,
  `${gems}/vagrant-libvirt-0.12.2/lib/vagrant-libvirt/action.rb:${i}:in 'Vagrant::Action.call'`,
]).flat();
const from = frames.map((frame) => `\tfrom ${frame}`);

const said = async () => {
  const given = { name: "machine1", directory: lab.project };
  return (await lab.provider.check(urn, {}, given)).failures.map(({ reason }) => reason);
};

test("review 24: an exception in the Vagrantfile is its reason and its place, without a backtrace", async () => {
  lab.raises(
    [
      `${gems}/vagrant-2.3.7/lib/vagrant/util.rb:17: warning: URI::RFC3986 is obsolete`,
      "/home/me/lab/Vagrantfile:12:in `block in <top (required)>': undefined method `foo' for nil:NilClass (NoMethodError)",
      "",
      '  config.foo = "10.10.10.1:80"',
      ...from,
    ].join("\n"),
  );
  expect(await said()).toEqual([
    "undefined method `foo' for nil:NilClass (/home/me/lab/Vagrantfile:12)\n\n" +
      '  config.foo = "10.10.10.1:80"',
  ]);
});

test("review 24: of an exception in Vagrant itself, and of its cause, the reasons are left", async () => {
  lab.raises(
    [
      `${gems}/fog-libvirt-0.11.0/lib/fog/libvirt/compute.rb:37:in 'initialize': Error making a connection to libvirt URI (Fog::Errors::Error)`,
      "no network of the name 'default'",
      ...from,
      `${gems}/ruby-libvirt-0.8.0/lib/libvirt.rb:5:in \`open': Call to virConnectOpen failed (Libvirt::ConnectionError)`,
      ...from,
    ].join("\n"),
  );
  expect(await said()).toEqual([
    "Error making a connection to libvirt URI\nno network of the name 'default'\n" +
      "Call to virConnectOpen failed",
  ]);
});

test("review 24: so is one that came while a machine was made", async () => {
  const reason = "Could not set up host forwarding rule 'tcp:127.0.0.1:2201-:22'";
  const inputs = await lab.inputs("machine1");
  lab.faults({
    everything:
      "An unexpected error occurred when executing the action on the\n" +
      `'machine1' machine. Please report this as a bug:\n\n${reason}\n\n${frames.join("\n")}`,
  });
  const { message } = await failureOf(lab.provider.create(urn, inputs));
  expect(message).toBe(reason);
});

test("review 24: words that only look a little like a backtrace stay", async () => {
  const words =
    "The box could not be fetched from 192.0.2.1:80\nconnection refused: 127.0.0.1:2222";
  lab.raises(words);
  expect(await said()).toEqual([words]);
});
