import { readFileSync } from "node:fs";
import { join } from "node:path";
import { labOf, type Lab } from "../../../lab/lab.js";
import { root } from "../../../lab/paths.js";
import type {
  ActionRequest,
  LoadRequest,
  MachinesMessage,
  Message,
  Sample,
  Source,
  Topology,
} from "../../protocol.js";
import { Actions } from "./actions.js";
import { Changes } from "./changes.js";
import { Directors } from "./directors.js";
import { Load } from "./load.js";
import { Machines } from "./machines.js";
import { type StackMachines, RemoteProgram } from "./remoteProgram.js";
import { Settings, type Values } from "./settings.js";
import { addressOf, directorsOf, topologyOf } from "./topology.js";

/** A lab that is up: its stack's outputs and settings, its machines over SSH, and Pulumi. */
export class LabSource implements Source {
  private readonly subscribers = new Set<(message: Message) => void>();
  private readonly changes: Changes;
  private readonly load = new Load((message) => {
    this.send(message);
  });
  private readonly machines = new Machines({
    machines: () => this.access,
    topology: () => this.current.topology,
    onChange: () => {
      this.sendMachines();
    },
    onReachable: (machine) => {
      this.directors?.retry(machine);
    },
  });
  private readonly actions = new Actions({
    topology: () => this.current.topology,
    perform: (request) => this.machines.perform(request),
    send: (message) => {
      this.send(message);
    },
  });
  private current: { lab: Lab; topology: Topology; interface: string };
  private sample?: Sample;
  private directors?: Directors;
  /** The last of the queued requests. They run one after the other. */
  private queue: Promise<void> = Promise.resolve();
  private isClosed = false;

  private constructor(
    private readonly stack: string,
    lab: Lab,
    private readonly warn: (what: string) => void,
  ) {
    this.changes = new Changes({
      stack,
      file: this.file,
      members: () => this.current.topology.members.map(({ name }) => name),
      send: (message) => {
        this.send(message);
      },
      onApplied: () => this.refresh(),
    });
    this.current = this.show(lab);
    this.directors = this.startSamplers();
    void this.machines.refresh();
  }

  /**
   * @param warn Called with a sentence for each problem while it runs.
   * @throws Error when the lab is not up.
   */
  static async open(stack: string, warn: (what: string) => void): Promise<LabSource> {
    return new LabSource(stack, await labOf(stack), warn);
  }

  subscribe(send: (message: Message) => void): () => void {
    send({ type: "topology", topology: this.current.topology });
    send(this.load.current);
    for (const message of [
      ...[this.load.lasting, this.changes.current, this.sample, this.machineStates()],
      ...this.actions.current,
    ]) {
      if (message) {
        send(message);
      }
    }
    this.subscribers.add(send);
    return () => {
      this.subscribers.delete(send);
    };
  }

  startLoad(request: LoadRequest): Promise<void> {
    return this.enqueue(() => {
      const { topology, lab } = this.current;
      const pages = lab.balanced.members.map(({ answer }) => answer);
      return this.load.start(request, { machines: this.access, topology, pages });
    });
  }

  stopLoad(): Promise<void> {
    return this.enqueue(() => this.load.stop());
  }

  preview(settings: Values): Promise<void> {
    return this.changes.preview(settings);
  }

  apply(id: number): Promise<void> {
    return this.changes.apply(id);
  }

  drop(id: number): Promise<void> {
    return this.changes.drop(id);
  }

  act(request: ActionRequest): Promise<void> {
    return this.actions.act(request);
  }

  /** Ends everything that was started on the machines. An update under way finishes properly. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.subscribers.clear();
    await Promise.all([
      this.enqueue(() => this.load.stop()),
      this.changes.close().then(() => this.directors?.close()),
    ]);
  }

  private get access(): StackMachines {
    return { stack: this.stack, access: this.current.lab.machines };
  }

  private get file(): string {
    return join(root, `Pulumi.${this.stack}.yaml`);
  }

  private show(lab: Lab) {
    const settings = new Settings(readFileSync(this.file, "utf8"));
    const { interface: name } = settings;
    return { lab, topology: topologyOf(this.stack, lab, settings), interface: name };
  }

  /** Reads the lab again after a change. */
  private async refresh(): Promise<void> {
    this.current = this.show(await labOf(this.stack));
    if (this.isClosed) {
      return;
    }
    // The samplers get the members only when they start.
    await this.directors?.close();
    this.sample = undefined;
    this.send({ type: "topology", topology: this.current.topology });
    await this.enqueue(() => this.load.stopUnlessClientIn(this.current.topology.clients));
    this.directors = this.startSamplers();
    // An update starts machines that were off.
    void this.machines.refresh();
  }

  private startSamplers(): Directors {
    const { topology, interface: name } = this.current;
    const { service, members } = topology;
    const input = {
      ...addressOf(service.url),
      protocol: service.protocol,
      members: members.map(({ address, port }) => ({ address, port })),
      interface: name,
    };
    const files = { program: "sampler.py", parts: ["ipvs.py", "link.py"], root: true };
    return new Directors({
      names: directorsOf(topology),
      start: (director, ...on) => new RemoteProgram(this.access, director, files, input, ...on),
      onSample: (sample) => {
        this.sample = sample;
        this.send(sample);
      },
      onState: () => {
        this.sendMachines();
      },
      warn: (what) => {
        this.warn(what);
        void this.machines.refresh();
      },
    });
  }

  /** The machines' present states; undefined for a lab whose machines have no controls. */
  private machineStates(): MachinesMessage | undefined {
    const names = this.current.topology.machines;
    return (
      names && {
        type: "machines",
        at: Date.now(),
        machines: names.map((name) => {
          const director = this.directors?.stateOf(name);
          return { power: this.machines.powerOf(name), ...(director && { director }) };
        }),
      }
    );
  }

  private sendMachines(): void {
    const states = this.machineStates();
    if (states && !this.isClosed) {
      this.send(states);
    }
  }

  private send(message: Message): void {
    for (const send of this.subscribers) {
      send(message);
    }
  }

  private enqueue(request: () => Promise<void>): Promise<void> {
    const done = this.queue.then(request);
    this.queue = done.catch(() => undefined);
    return done;
  }
}
