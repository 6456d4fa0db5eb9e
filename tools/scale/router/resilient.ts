import { differing, type Group } from "./group";

/** What may be taken from directors that have more buckets than they should. */
export interface Upkeep {
  /** True for buckets that have been without packets for the idle timer. @default none of them */
  isIdle?: (bucket: number) => boolean;
  /** The unbalanced timer is over: busy buckets are taken as well. */
  isForced?: boolean;
}

interface Entry {
  director: number;
  has: number;
  wants: number;
}

/**
 * A resilient group (`ip nexthop … type resilient`, net/ipv4/nexthop.c): a table of buckets. A lost director's buckets go
 * to others at once. A director that is new gets those that are idle, and others only when the unbalanced timer is over.
 */
export class Resilient implements Group {
  private readonly table: Int32Array;
  private entries: Entry[] = [];
  /** Those with fewer buckets than they should have. The kernel adds each at the head. */
  private short: Entry[] = [];

  constructor(
    directors: readonly number[],
    buckets: number,
    private readonly usual: Upkeep = {},
  ) {
    this.table = new Int32Array(buckets).fill(-1);
    this.replace(directors);
  }

  /** The director of each bucket. */
  get buckets(): readonly number[] {
    return [...this.table];
  }

  choose(hash: number): number {
    return this.table[hash % this.table.length] ?? -1;
  }

  replace(directors: readonly number[], upkeep = this.usual): void {
    this.entries = directors.map((director) => ({ director, has: 0, wants: 0 }));
    const byDirector = new Map(this.entries.map((entry) => [entry.director, entry]));
    this.table.forEach((director, bucket) => {
      const entry = byDirector.get(director);
      if (entry) {
        entry.has++;
      } else {
        this.table[bucket] = -1;
      }
    });
    let before = 0;
    this.short = [];
    for (const [i, entry] of this.entries.entries()) {
      const end = Math.round((this.table.length * (i + 1)) / directors.length);
      entry.wants = end - before;
      before = end;
      if (entry.has < entry.wants) {
        this.short.unshift(entry);
      }
    }
    this.upkeep(upkeep);
  }

  moved(directors: readonly number[]): number {
    const copy = new Resilient([], this.table.length, this.usual);
    copy.table.set(this.table);
    copy.replace(directors);
    return differing(this.table, copy.table);
  }

  /** Balances the group as far as its timers let it. */
  upkeep({ isIdle = () => false, isForced = false }: Upkeep): void {
    const byDirector = new Map(this.entries.map((entry) => [entry.director, entry]));
    this.table.forEach((director, bucket) => {
      const old = byDirector.get(director);
      const isSpare = old && old.has > old.wants && (isForced || isIdle(bucket));
      const [to] = this.short;
      if (to && (!old || isSpare)) {
        if (old) {
          old.has--;
        }
        this.table[bucket] = to.director;
        to.has++;
        if (to.has === to.wants) {
          this.short.shift();
        }
      }
    });
  }
}
