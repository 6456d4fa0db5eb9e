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

/** The answer of `vagrant status` for a place, by machine. */
export type Machines = ReadonlyMap<string, Seen>;

interface Answer {
  machines: Machines;
  sha256: string;
  /** The time of the answer, milliseconds since the epoch; 0 when something was changed since. */
  at: number;
}

/** The age up to which an answer of `vagrant status` will do for a preview, milliseconds. */
const freshness = 30_000;

/** All machines of all places: one queue for each place, and the last answer there. */
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

  /** The machines of a place, asked now. Rejects when Vagrant cannot say. */
  async status(place: Place): Promise<Machines> {
    return parseStatus(await this.ask(place, "status", ""));
  }

  /** The same for a preview: a recent answer for the same Vagrantfile will do. */
  async recentStatus(place: Place, sha256: string): Promise<Machines> {
    const answer = this.answers.get(keyOf(place));
    if (answer?.sha256 === sha256) {
      // While machines come up, which may take minutes, an older answer will do: it has the names.
      if (Date.now() - answer.at < freshness || this.queue(place).busy) {
        return answer.machines;
      }
    }
    const machines = await this.status(place);
    this.answers.set(keyOf(place), { machines, sha256, at: Date.now() });
    return machines;
  }

  /** The last answer about a machine, if there is one. Asks nothing. */
  lastSeen(place: Place, name: string): Seen | undefined {
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

/** Parses the answer of `vagrant status`. */
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

/** Providers' words for a machine that exists and is switched off. */
const halted = new Set(["halted", "shutoff", "poweroff", "aborted", "stopped", "off"]);
