import type { Session } from "../compare/session.js";
import { type Counted, difference, parseCounters, readCounters } from "./counters.js";

/** What one of several active directors carried in each part of a failover. */
export interface Carried {
  director: string;
  /** Before the cable was pulled, while it was out, and after it was back. */
  before: Counted;
  out: Counted;
  back: Counted;
}

const nothing: Counted = { connections: 0, packets: 0 };

/** Reads the counters of active directors again and again; each reading ends a part of the failover. */
export class CarriedCounts {
  private readonly readings: Map<string, Counted>[] = [];

  /** @param sessions Shells on the directors, by name. */
  constructor(private readonly sessions: ReadonlyMap<string, Session>) {}

  async read(): Promise<void> {
    const read = [...this.sessions].map(
      async ([director, session]) =>
        [director, parseCounters(await session.run(readCounters))] as const,
    );
    this.readings.push(new Map(await Promise.all(read)));
  }

  /** The director that got most packets between the last two readings. */
  busiest(): string {
    const part = this.readings.length - 1;
    const [first = "", ...others] = this.sessions.keys();
    return others.reduce(
      (most, one) => (this.of(one, part).packets > this.of(most, part).packets ? one : most),
      first,
    );
  }

  /** What each director carried between the first four readings. */
  carried(): Carried[] {
    return [...this.sessions.keys()].map((director) => ({
      director,
      before: this.of(director, 1),
      out: this.of(director, 2),
      back: this.of(director, 3),
    }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.close()));
  }

  /** What a director carried between a reading and the one before it. */
  private of(director: string, reading: number): Counted {
    const [before, after] = [reading - 1, reading].map((i) => this.readings[i]?.get(director));
    return before && after ? difference(after, before) : nothing;
  }
}
