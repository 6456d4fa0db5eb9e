import { readFileSync } from "node:fs";
import { join } from "node:path";
import { labOf, type Lab } from "../../../lab/lab.js";
import { root } from "../../../lab/paths.js";
import type { LoadOrder, Message, Sample, Source, Topology } from "../../protocol.js";
import { Changes } from "./changes.js";
import { Load } from "./load.js";
import { type Machines, Remote } from "./remote.js";
import { Samples } from "./samples.js";
import { Settings, type Values } from "./settings.js";
import { placeOf, topologyOf } from "./topology.js";

/** The delay before a sampler that has ended is started again, ms. */
const again = 3000;

/** A lab that is up: its stack's outputs and settings, its machines over SSH, and Pulumi. */
export class LabSource implements Source {
  private readonly subscribers = new Set<(message: Message) => void>();
  private readonly changes: Changes;
  private readonly load = new Load((message) => {
    this.send(message);
  });
  private shown: { lab: Lab; topology: Topology };
  private sample?: Sample;
  private sampler?: Remote;
  private timer?: NodeJS.Timeout;
  /** The last of the queued requests. They run one after the other. */
  private before: Promise<void> = Promise.resolve();
  private isClosed = false;

  private constructor(
    private readonly stack: string,
    lab: Lab,
    private readonly warn: (what: string) => void,
  ) {
    this.changes = new Changes({
      stack,
      file: this.file,
      members: () => this.shown.topology.members.map(({ name }) => name),
      send: (message) => {
        this.send(message);
      },
      applied: () => this.look(),
    });
    this.shown = this.show(lab);
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
    send({ type: "topology", topology: this.shown.topology });
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

  startLoad(order: LoadOrder): Promise<void> {
    return this.next(() => {
      const { topology, lab } = this.shown;
      const pages = lab.balanced.members.map(({ answer }) => answer);
      return this.load.start(order, { machines: this.machines, topology, pages });
    });
  }

  stopLoad(): Promise<void> {
    return this.next(() => this.load.stop());
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
      this.next(() => this.load.stop()),
      this.changes.close().then(() => this.sampler?.close()),
    ]);
  }

  private get machines(): Machines {
    return { stack: this.stack, access: this.shown.lab.machines };
  }

  private get file(): string {
    return join(root, `Pulumi.${this.stack}.yaml`);
  }

  private show(lab: Lab) {
    const settings = new Settings(readFileSync(this.file, "utf8"));
    return { lab, topology: topologyOf(this.stack, lab, settings) };
  }

  /** Reads the lab again after a change. */
  private async look(): Promise<void> {
    this.shown = this.show(await labOf(this.stack));
    if (this.isClosed) {
      return;
    }
    // The sampler gets the members only when it starts.
    await this.sampler?.close();
    this.sample = undefined;
    this.send({ type: "topology", topology: this.shown.topology });
    await this.next(() => this.load.keepTo(this.shown.topology.clients));
    this.startSampler();
  }

  private startSampler(): void {
    clearTimeout(this.timer);
    const { service, members, director } = this.shown.topology;
    const samples = new Samples();
    this.sampler = new Remote(
      this.machines,
      director,
      { program: "sampler.py", root: true },
      {
        ...placeOf(service.url),
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
        }, again);
      },
    );
  }

  private send(message: Message): void {
    for (const send of this.subscribers) {
      send(message);
    }
  }

  private next(order: () => Promise<void>): Promise<void> {
    const done = this.before.then(order);
    this.before = done.catch(() => undefined);
    return done;
  }
}
