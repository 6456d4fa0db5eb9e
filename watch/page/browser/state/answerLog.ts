import type { AnswersMessage } from "../../../protocol.js";

/** Codes of a failed request, of an answer by no known member, and of a message that did not arrive. */
export const lost = -1;
export const stranger = -2;
export const missing = -3;

/** The number of answers that are kept: as many as the smallest beads can show. */
const capacity = 8192;

/** The answers of one address since the load began, by their numbers. Only the last ones are kept. */
export class AnswerLog {
  /** The number of the next answer. */
  next = 0;
  /**
   * The number of the first answer that this page received. A page that was opened later has missed the earlier ones.
   */
  private from = 0;
  /** Counts the changes, so that a drawing knows when to repaint. */
  version = 0;
  private readonly who = new Int16Array(capacity).fill(missing);
  private readonly took = new Float32Array(capacity);

  take({ first, who, took }: Pick<AnswersMessage, "first" | "who" | "took">): void {
    if (first < this.next) {
      // A new load has begun.
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

  /** The place of the member that gave the answer with a number, or a code. */
  at(number: number): number {
    const isKept = number >= 0 && number < this.next && number >= this.next - capacity;
    return isKept ? (this.who[number % capacity] ?? missing) : missing;
  }

  /** The members that gave the last answers, the oldest first. */
  last(count: number): number[] {
    const from = Math.max(this.from, this.next - Math.min(count, capacity));
    return Array.from({ length: this.next - from }, (_, place) => this.at(from + place));
  }

  /** The median time of the last answers, ms; undefined when nothing was answered. */
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
