import type { AnswersMessage } from "../../../protocol.js";

/** A request that failed, an answer of nobody known, and one whose message did not arrive. */
export const lost = -1;
export const stranger = -2;
export const missing = -3;

/** How many answers are kept: as many as the finest beads show. */
const capacity = 8192;

/** The answers of one address since the load began, by their numbers; the last of them are kept. */
export class Run {
  /** The number of the answer that comes next. */
  next = 0;
  /** The number of the first that was seen: who comes late has not seen what was before. */
  private from = 0;
  /** Counts up with each change, for who paints. */
  version = 0;
  private readonly who = new Int16Array(capacity).fill(missing);
  private readonly took = new Float32Array(capacity);

  take({ first, who, took }: Pick<AnswersMessage, "first" | "who" | "took">): void {
    if (first < this.next) {
      // Another load has begun.
      this.clear();
    }
    if (this.next === 0) {
      this.from = first;
    }
    for (let gap = Math.max(this.next, first - capacity); gap < first; gap++) {
      this.who[gap % capacity] = missing;
    }
    for (const [place, member] of who.entries()) {
      const index = (first + place) % capacity;
      this.who[index] = member;
      this.took[index] = took[place] ?? 0;
    }
    this.next = first + who.length;
    this.version++;
  }

  clear(): void {
    this.next = 0;
    this.who.fill(missing);
    this.version++;
  }

  /** Who gave the answer of a number. */
  at(number: number): number {
    const isKept = number >= 0 && number < this.next && number >= this.next - capacity;
    return isKept ? (this.who[number % capacity] ?? missing) : missing;
  }

  /** Who gave the last answers, the oldest first. */
  last(count: number): number[] {
    const from = Math.max(this.from, this.next - Math.min(count, capacity));
    return Array.from({ length: this.next - from }, (_, place) => this.at(from + place));
  }

  /** The median of the last answers' times, ms; none where nothing was answered. */
  median(count: number): number | undefined {
    const times: number[] = [];
    for (let number = Math.max(0, this.next - count); number < this.next; number++) {
      if (this.at(number) >= 0) {
        times.push(this.took[number % capacity] ?? 0);
      }
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  }
}
