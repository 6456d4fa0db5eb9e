import { readFileSync } from "node:fs";
import { join } from "node:path";
import { labOf, type Lab } from "../../../lab/lab.js";
import { root } from "../../../lab/paths.js";
import type { LoadRequest, Message, Sample, Source, Topology } from "../../protocol.js";
import { Changes } from "./changes.js";
import { Load } from "./load.js";
import { type StackMachines, RemoteProgram } from "./remoteProgram.js";
import { Samples } from "./samples.js";
import { Settings, type Values } from "./settings.js";
import { addressOf, topologyOf } from "./topology.js";

/** The delay before a sampler that has ended is started again, ms. */
const restartDelay = 3000;

/** A lab that is up: its stack's outputs and settings, its machines over SSH, and Pulumi. */
export class LabSource implements Source {
  private readonly subscribers = new Set<(message: Message) => void>();
  private readonly changes: Changes;
  private readonly load = new Load((message) => {
    this.send(message);
  });
  private current: { lab: Lab; topology: Topology };
  private sample?: Sample;
  private sampler?: RemoteProgram;
  private timer?: NodeJS.Timeout;
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
    this.startSampler();
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
    for (const message of [this.changes.current, this.sample]) {
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
      return this.load.start(request, { machines: this.machines, topology, pages });
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

  /** Ends everything that was started on the machines. An update under way finishes properly. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.subscribers.clear();
    clearTimeout(this.timer);
    await Promise.all([
      this.enqueue(() => this.load.stop()),
      this.changes.close().then(() => this.sampler?.close()),
    ]);
  }

  private get machines(): StackMachines {
    return { stack: this.stack, access: this.current.lab.machines };
  }

  private get file(): string {
    return join(root, `Pulumi.${this.stack}.yaml`);
  }

  private show(lab: Lab) {
    const settings = new Settings(readFileSync(this.file, "utf8"));
    return { lab, topology: topologyOf(this.stack, lab, settings) };
  }

  /** Reads the lab again after a change. */
  private async refresh(): Promise<void> {
    this.current = this.show(await labOf(this.stack));
    if (this.isClosed) {
      return;
    }
    // The sampler gets the members only when it starts.
    await this.sampler?.close();
    this.sample = undefined;
    this.send({ type: "topology", topology: this.current.topology });
    await this.enqueue(() => this.load.stopUnlessClientIn(this.current.topology.clients));
    this.startSampler();
  }

  private startSampler(): void {
    clearTimeout(this.timer);
    const { service, members, director } = this.current.topology;
    const samples = new Samples();
    this.sampler = new RemoteProgram(
      this.machines,
      director,
      { program: "sampler.py", root: true },
      {
        ...addressOf(service.url),
        protocol: service.protocol,
        members: members.map(({ address, port }) => ({ address, port })),
      },
      (line) => {
        this.sample = samples.read(line, Date.now());
        this.send(this.sample);
      },
      (why) => {
        this.warn(`no samples: ${why}`);
        this.timer = setTimeout(() => {
          this.startSampler();
        }, restartDelay);
      },
    );
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
