import { execa } from "execa";
import { slug } from "../../../components/host/slug.js";
import { moveCable, poweredOn, turn } from "../../../lab/machines.js";
import { asRoot, sshArguments } from "../../../lab/ssh.js";
import type { ActionRequest, Power, Topology } from "../../protocol.js";
import type { StackMachines } from "./remoteProgram.js";

export interface MachinesOptions {
  machines: () => StackMachines;
  topology: () => Topology;
  /** Called when a machine's power has changed. */
  onChange: () => void;
  /** Called when a machine answers SSH again. */
  onReachable: (machine: string) => void;
}

/** The power of a stack's machines, and what is done to them and to their web servers. */
export class Machines {
  private readonly powers = new Map<string, Power>();

  constructor(private readonly options: MachinesOptions) {}

  powerOf(machine: string): Power {
    return this.powers.get(machine) ?? "unknown";
  }

  /** Asks the driver which machines are on. Somebody may have turned them on or off elsewhere. */
  async refresh(): Promise<void> {
    const { machines = [] } = this.options.topology();
    if (machines.length === 0) {
      return;
    }
    try {
      const on = await poweredOn(this.options.machines().stack);
      for (const name of machines) {
        // A machine on its way has its new state at the end of that.
        if (!["starting", "stopping"].includes(this.powerOf(name))) {
          this.set(name, on.has(name) ? "on" : "off");
        }
      }
    } catch {
      // They may belong to no driver of this project.
    }
  }

  /** @throws Error that says why it cannot be done. */
  async perform({ action, on }: ActionRequest): Promise<void> {
    const { stack } = this.options.machines();
    switch (action) {
      case "pull":
      case "plug":
        return moveCable(stack, on, action);
      case "on":
      case "off":
        return this.turn(on, action);
      case "start":
      case "stop":
        return this.runServer(on, action);
    }
  }

  private async turn(name: string, to: "on" | "off"): Promise<void> {
    this.set(name, to === "on" ? "starting" : "stopping");
    try {
      await turn(this.options.machines().stack, name, to);
      this.set(name, to);
      this.options.onReachable(name);
    } catch (error) {
      this.set(name, "unknown");
      await this.refresh();
      throw error;
    }
  }

  /** Starts or stops the web server of a member, beside its setting. */
  private async runServer(member: string, to: "start" | "stop"): Promise<void> {
    const { stack, access } = this.options.machines();
    const machine = this.options.topology().members.find(({ name }) => name === member)?.machine;
    const login = sshArguments(stack, access, machine ?? "");
    const command = asRoot(`systemctl ${to} ipvs-lab-${slug(member)}.service`);
    const words = ["-o", "ConnectTimeout=10", ...login, command];
    const { failed, stderr, shortMessage = "" } = await execa("ssh", words, { reject: false });
    if (failed) {
      throw new Error(stderr.trim() || shortMessage);
    }
  }

  private set(name: string, power: Power): void {
    if (this.powers.get(name) !== power) {
      this.powers.set(name, power);
      this.options.onChange();
    }
  }
}
