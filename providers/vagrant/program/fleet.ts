import type { Progress } from "./progress";
import { Queue, type Timing, type Verb } from "./queue";
import type { Programs } from "./run";
import type { Line, Place } from "./vagrant";

/** A machine as `vagrant status` saw it. */
export interface Seen {
  /** "running", "halted", "not_created", or another word of Vagrant's. */
  state: string;
  /** Vagrant's provider of it, "libvirt" or another. */
  provider: string;
}

/** What `vagrant status` said of a place, by machine. */
export type Machines = ReadonlyMap<string, Seen>;

interface Answer {
  machines: Machines;
  sha256: string;
  /** When, in milliseconds since the epoch; 0 when something was changed since. */
  at: number;
}

/** How long an answer of `vagrant status` is good enough for a preview, milliseconds. */
const freshness = 30_000;

/** All machines of all places: one queue for each place, and what was last seen there. */
export class Fleet {
  private readonly queues = new Map<string, Queue>();
  private readonly answers = new Map<string, Answer>();

  constructor(
    readonly programs: Programs,
    readonly timing: Timing,
  ) {}

  /** Asks Vagrant to do something with a machine. Rejects with its VagrantError. */
  async ask(place: Place, verb: Verb, name: string, progress?: Progress): Promise<readonly Line[]> {
    try {
      return await this.queue(place).ask(verb, name, progress);
    } finally {
      const answer = this.answers.get(keyOf(place));
      if (answer && verb !== "sshConfig") {
        answer.at = 0;
      }
    }
  }

  /** The machines of a place, asked now. Rejects where Vagrant cannot say. */
  async status(place: Place): Promise<Machines> {
    return parseStatus(await this.ask(place, "status", ""));
  }

  /** The same for a preview: what was seen a moment ago with the same Vagrantfile will do. */
  async glance(place: Place, sha256: string): Promise<Machines> {
    const answer = this.answers.get(keyOf(place));
    if (answer?.sha256 === sha256) {
      // While machines come up, which may take minutes, the names are known all the same.
      if (Date.now() - answer.at < freshness || this.queue(place).busy) {
        return answer.machines;
      }
    }
    const machines = await this.status(place);
    this.answers.set(keyOf(place), { machines, sha256, at: Date.now() });
    return machines;
  }

  /** What was seen of a machine a moment ago, if anything: asks nothing. */
  recall(place: Place, name: string): Seen | undefined {
    const answer = this.answers.get(keyOf(place));
    const fresh = answer && Date.now() - answer.at < freshness;
    return fresh ? answer.machines.get(name) : undefined;
  }

  private queue(place: Place): Queue {
    const key = keyOf(place);
    const queue = this.queues.get(key) ?? new Queue(this.programs, place, this.timing);
    this.queues.set(key, queue);
    return queue;
  }
}

function keyOf({ directory, environment, program }: Place): string {
  return JSON.stringify([directory, Object.entries(environment).sort(), program]);
}

/** Reads the answer of `vagrant status`. */
function parseStatus(lines: readonly Line[]): Machines {
  const machines = new Map<string, Seen>();
  for (const { target, type, data } of lines) {
    const [word = ""] = data;
    const seen = machines.get(target) ?? { state: "", provider: "" };
    if (type === "provider-name") {
      machines.set(target, { ...seen, provider: word });
    } else if (type === "state") {
      machines.set(target, { ...seen, state: halted.has(word) ? "halted" : word });
    }
  }
  return machines;
}

/** What providers call a machine that exists and is switched off. */
const halted = new Set(["halted", "shutoff", "poweroff", "aborted", "stopped", "off"]);
