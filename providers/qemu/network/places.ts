import defaults from "./defaults.json";

/** The ports on 127.0.0.1 of a machine, as the settings may have them. */
export interface Ports {
  sshPort?: number;
  tunnelPort?: number;
  switchPort?: number;
}

/** A machine's place among the others of its lab: ports on 127.0.0.1. */
export interface Place {
  /** TCP port that leads to the machine's SSH server. */
  sshPort: number;
  /** UDP port at which the machine's card gets its frames. */
  tunnelPort: number;
  /** UDP port to which it sends them: the other machine's, or the switch's for this machine. */
  framesTo: number;
  /** True if a switch joins the machines, because they are more than two. */
  hasSwitch: boolean;
}

/**
 * The place of each machine, by name. Two machines are joined directly; a switch joins more of them. Ports that are not
 * given are the machine's number in the list added to the first ones. setup/vagrant/lab.rb has the same for Vagrant.
 * @returns The problem when they are too few or too many.
 */
export function places(machines: Record<string, Ports>): Map<string, Place> | string {
  const all = Object.entries(machines);
  const { mostMachines, firstPorts } = defaults;
  if (all.length < 2 || all.length > mostMachines) {
    return `there are ${all.length}; a lab has 2 to ${mostMachines} machines`;
  }
  const hasSwitch = all.length > 2;
  const ports = all.map(([name, own], i) => {
    const of = (port: keyof Ports) => own[port] ?? firstPorts[port] + i;
    return {
      name,
      sshPort: of("sshPort"),
      tunnelPort: of("tunnelPort"),
      switchPort: of("switchPort"),
    };
  });
  return new Map(
    ports.map(({ name, sshPort, tunnelPort, switchPort }, i) => [
      name,
      {
        sshPort,
        tunnelPort,
        framesTo: hasSwitch ? switchPort : (ports[1 - i]?.tunnelPort ?? 0),
        hasSwitch,
      },
    ]),
  );
}
