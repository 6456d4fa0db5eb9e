import { z } from "zod";
import type { MemberSample, Sample } from "../../protocol.js";

const row = z
  .tuple([z.number(), z.number(), z.number(), z.number(), z.number().int().min(-1).max(1)])
  .nullable();

/** A line of ../machine/sampler.py with the table. */
const line = z.object({
  t: z.number(),
  scheduler: z.string().nullable(),
  cost: z.number(),
  members: z.array(row),
});
/** The other line of it. */
const linkLine = z.object({ address: z.boolean(), carrier: z.boolean() });
type Row = NonNullable<z.infer<typeof row>>;

/** What a director's kernel says of its address and link. */
export interface LinkState {
  hasAddress: boolean;
  hasLink: boolean;
}

/** The link of one line of the sampler; undefined for a line with the table. */
export function linkOf(text: string): LinkState | undefined {
  const { success, data } = linkLine.safeParse(JSON.parse(text));
  return success ? { hasAddress: data.address, hasLink: data.carrier } : undefined;
}

/** Seconds between two updates of the kernel's counters (IPVS's estimator). */
const counterInterval = 2;
const absent: MemberSample = { state: "absent", weight: 0, active: 0, inactive: 0, connections: 0 };

/**
 * Computes samples from the sampler's output. The kernel updates its counters every two seconds. So a rate is the
 * difference of two updates, divided by the seconds between them, and stays until the next update.
 */
export class Samples {
  private counts: number[] = [];
  private rates: number[] = [];
  /** The time of the last change of the counters, by the sampler's clock. */
  private countersMovedAt = Number.NaN;
  private lastSampleAt = Number.NaN;

  /**
   * @param text One line of JSON.
   * @param at The time at which it came.
   * @throws Error when the text is no such line.
   */
  read(text: string, at: number): Sample {
    const { t, scheduler, cost, members } = line.parse(JSON.parse(text));
    this.count(t, members);
    return {
      type: "sample",
      at,
      ...(scheduler === null ? {} : { scheduler }),
      members: members.map((member, i) => (member ? this.sampleOf(member, i) : absent)),
      cost,
    };
  }

  private sampleOf([weight, active, inactive, , state]: Row, i: number): MemberSample {
    const words = { "-1": "unknown", 0: "down", 1: "up" } as const;
    return {
      state: words[String(state) as keyof typeof words],
      weight,
      active,
      inactive,
      connections: this.rates[i] ?? 0,
    };
  }

  private count(t: number, members: (Row | null)[]): void {
    // A member that was added again starts at 0.
    const now = members.map((member) => member?.[3] ?? 0);
    const since = now.map((n, i) => Math.max(0, n - (this.counts[i] ?? n)));
    const [elapsed, unseen] = [t - this.countersMovedAt, t - this.lastSampleAt];
    if (Number.isNaN(elapsed)) {
      this.countersMovedAt = t;
    } else if (since.some((n) => n > 0)) {
      const ticks = Math.min(
        Math.round(elapsed / counterInterval),
        Math.ceil(unseen / counterInterval),
      );
      this.rates = since.map((n) => n / (counterInterval * Math.max(1, ticks)));
      this.countersMovedAt = t;
    } else if (elapsed > 2 * counterInterval) {
      this.rates = [];
    }
    this.counts = now;
    this.lastSampleAt = t;
  }
}
