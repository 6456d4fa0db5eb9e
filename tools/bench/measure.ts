import type { Memory, Baseline } from "./baselines/baseline.js";
import { median } from "./median.js";
import { oneWeightChanged, type Table } from "./work.js";

/** The steps that are measured for a table, in this order. */
export const works = ["create", "ahead", "change", "again", "destroy"] as const;
export type Work = (typeof works)[number];

export interface Figure {
  peer: string;
  services: number;
  members: number;
  work: Work;
  seconds: number;
  /** The memory of the largest process, MiB. */
  memory?: number;
}

/** What leaves everything as it is. */
const repeatable: Work[] = ["ahead", "again"];

/** Counts the lines for virtual services and members that the machine's kernel has now. */
export type Count = () => Promise<number>;

/**
 * Measures each baseline in turn: it creates the same table in the kernel, previews the change of one weight, makes it,
 * runs again without a change, and removes the table. Of what changes nothing it takes the median of three.
 * @throws Error when the kernel has something else afterwards.
 */
export async function measure(
  baselines: Baseline[],
  table: Table,
  count: Count,
  note: (figure: Figure) => void,
): Promise<void> {
  const services = table.length;
  const members = table.reduce((sum, service) => sum + service.members.length, 0);
  const changed = oneWeightChanged(table);
  for (const baseline of baselines.filter(({ maxMembers }) => members <= maxMembers)) {
    const steps: Record<Work, (() => Promise<Memory>) | undefined> = {
      create: () => baseline.create(table),
      ahead: baseline.preview?.bind(baseline, changed.table),
      change: () => baseline.change(changed.table, changed.service, changed.member),
      again: baseline.again?.bind(baseline, changed.table),
      destroy: () => baseline.destroy(changed.table),
    };
    await baseline.begin?.();
    for (const work of works) {
      const step = steps[work];
      if (!step) {
        continue;
      }
      const times: number[] = [];
      let memory: Memory;
      for (let i = 0; i < (repeatable.includes(work) ? 3 : 1); i++) {
        const begin = performance.now();
        memory = await step();
        times.push(Math.round((performance.now() - begin) / 10) / 100);
      }
      const seconds = median(times);
      const [found, wanted] = [await count(), work === "destroy" ? 0 : services + members];
      if (found !== wanted) {
        throw new Error(
          `${baseline.name}: the kernel has ${found} lines after ${work}, not ${wanted}`,
        );
      }
      note({ peer: baseline.name, services, members, work, seconds, memory });
    }
  }
}
