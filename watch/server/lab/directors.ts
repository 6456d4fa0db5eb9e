import type { DirectorState, Sample } from "../../protocol.js";
import { linkOf, Samples } from "./samples.js";

/** The delay before a sampler that has ended is started again, ms. */
const restartDelay = 3000;

/** Starts the sampler on a director. @param onEnd Called with the reason when it ended by itself. */
export type StartSampler = (
  director: string,
  onLine: (line: string) => void,
  onEnd: (why: string) => void,
) => { close(): Promise<void> };

export interface DirectorsOptions {
  /** The machines, in the topology's order. */
  names: string[];
  start: StartSampler;
  onSample: (sample: Sample) => void;
  /** Called when the state of a director has changed. */
  onState: () => void;
  /** Called with a sentence when a director cannot be sampled; once for each reason. */
  warn: (what: string) => void;
}

interface Sampled {
  state: DirectorState;
  /** False until it was reached for the first time, or could not be. */
  isKnown: boolean;
  program?: ReturnType<StartSampler>;
  timer?: NodeJS.Timeout;
  /** The reason of the last end, until it has been reached again. */
  failure?: string;
}

/**
 * A sampler on each director. Their samples are those of the director that has the address: another one's table may be
 * older, and its probes fail while its cable is out.
 */
export class Directors {
  private readonly all: Map<string, Sampled>;
  private isClosed = false;

  constructor(private readonly options: DirectorsOptions) {
    const none = { isReached: false, hasAddress: false, hasLink: false, connections: 0 };
    this.all = new Map(options.names.map((name) => [name, { state: none, isKnown: false }]));
    for (const name of options.names) {
      this.start(name);
    }
  }

  /** A director's state; undefined for another machine, and while nothing is known. */
  stateOf(machine: string): DirectorState | undefined {
    const one = this.all.get(machine);
    return one?.isKnown ? one.state : undefined;
  }

  /** Tries at once to reach a director that could not be reached. */
  retry(machine: string): void {
    if (this.all.get(machine)?.timer) {
      this.start(machine);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(
      [...this.all.values()].map(async ({ program, timer }) => {
        clearTimeout(timer);
        await program?.close();
      }),
    );
  }

  private start(name: string): void {
    const one = this.all.get(name);
    if (!one || this.isClosed) {
      return;
    }
    clearTimeout(one.timer);
    delete one.timer;
    const samples = new Samples();
    one.program = this.options.start(
      name,
      (line) => {
        delete one.failure;
        const link = linkOf(line);
        if (link) {
          this.change(one, { ...link, isReached: true });
        } else {
          this.take(name, one, samples.read(line, Date.now()));
        }
      },
      (why) => {
        delete one.program;
        if (one.failure !== why) {
          one.failure = why;
          this.options.warn(`no samples: ${why}`);
        }
        this.change(one, { isReached: false });
        one.timer = setTimeout(() => {
          this.start(name);
        }, restartDelay);
      },
    );
  }

  private take(name: string, one: Sampled, sample: Sample): void {
    const connections = sample.members.reduce((sum, m) => sum + m.active + m.inactive, 0);
    this.change(one, { connections });
    if (this.all.size === 1) {
      this.options.onSample(sample);
    } else if (one.state.hasAddress) {
      this.options.onSample({ ...sample, director: name });
    }
  }

  private change(one: Sampled, changed: Partial<DirectorState>): void {
    const text = () => JSON.stringify([one.isKnown, one.state]);
    const before = text();
    one.state = { ...one.state, ...changed };
    one.isKnown = true;
    if (text() !== before && !this.isClosed) {
      this.options.onState();
    }
  }
}
