import type { Memory, Peer } from "./peers/peer.js";
import { oneWeightChanged, type Table } from "./work.js";

/** The steps that are measured for a table, in this order. */
export const works = ["create", "change", "again", "destroy"] as const;
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

/** Counts the lines for virtual services and members that the machine's kernel has now. */
export type Count = () => Promise<number>;

/**
 * Measures each baseline in turn: it creates the same table in the kernel, changes one weight, runs again without a
 * change, and removes the table.
 * @throws Error when the kernel has something else afterwards.
 */
export async function measure(
  peers: Peer[],
  table: Table,
  count: Count,
  note: (figure: Figure) => void,
): Promise<void> {
  const services = table.length;
  const members = table.reduce((sum, service) => sum + service.members.length, 0);
  const changed = oneWeightChanged(table);
  for (const peer of peers.filter(({ most }) => members <= most)) {
    const steps: Record<Work, (() => Promise<Memory>) | undefined> = {
      create: () => peer.create(table),
      change: () => peer.change(changed.table, changed.service, changed.member),
      again: peer.again?.bind(peer, changed.table),
      destroy: () => peer.destroy(changed.table),
    };
    for (const work of works) {
      const step = steps[work];
      if (!step) {
        continue;
      }
      const begin = performance.now();
      const memory = await step();
      const seconds = Math.round((performance.now() - begin) / 10) / 100;
      const [found, wanted] = [await count(), work === "destroy" ? 0 : services + members];
      if (found !== wanted) {
        throw new Error(`${peer.name}: the kernel has ${found} lines after ${work}, not ${wanted}`);
      }
      note({ peer: peer.name, services, members, work, seconds, memory });
    }
  }
}
