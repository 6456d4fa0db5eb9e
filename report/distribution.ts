import type { Scheduler } from "../components/ipvs/serviceLines";
import { clientAddress, type Ground, members, ports, virtualAddress } from "./ground/ground";
import type { Distribution } from "./numbers";
import { type SchedulerPromise, schedulerPromises } from "./promises";
import { chanceOfThree } from "./statistics";

/** So many connections are a whole round for every scheduler. */
export const round = 6;
const weights = [3, 2, 1];
/** Of a thousand kernels that keep a promise on average, one is called a liar. */
const leastChance = 0.001;
/** The agent is asked for so many connections at once. */
const batch = 200;

/** Who answered each connection, in order, and each that came again. */
export interface Answered {
  first: string[];
  again: string[];
}

/**
 * Gives one scheduler so many connections, which must be whole rounds, one after the other, each from a
 * client of its own.
 * @returns undefined where this kernel does not have the scheduler.
 */
export async function measureDistribution(
  ground: Ground,
  scheduler: Scheduler,
  number: number,
  connections: number,
): Promise<Distribution | undefined> {
  const promise = schedulerPromises[scheduler];
  const weighed = weightsFor(scheduler, connections);
  const isMarked = promise.by === "destination";
  const has = await ground.add({
    ...{ number, scheduler, port: ports.echo, isMarked },
    members: weighed.map((weight) => ({ weight, forwarding: "masquerade" })),
  });
  if (!has) {
    return undefined;
  }
  try {
    const open = (shift: number, comesFrom: number) =>
      answers(ground, scheduler, connections, (i) => ({
        source: [clientAddress(i + comesFrom), 10000 + ((i + shift) % 50000)],
        target: [virtualAddress(number, isMarked ? i : 0), ports.echo],
      }));
    const first = await open(0, 0);
    const keeps = promise.by === "source" || promise.by === "destination";
    // A destination's member is the same whoever asks.
    const again = keeps ? await open(connections, isMarked ? 7 : 0) : [];
    return judge(scheduler, weighed, { first, again });
  } finally {
    await ground.machine.close();
    await ground.clear();
  }
}

/** What the answers say of the promise. */
export function judge(
  scheduler: Scheduler,
  weighed: number[],
  { first, again }: Answered,
): Distribution {
  const promise = schedulerPromises[scheduler];
  const expected = promise.shares(first.length, weighed);
  const got = members.map((name) => first.filter((other) => other === name).length);
  const shares = members.map((name, i) => ({
    ...{ name, weight: weighed[i] ?? 0, expected: expected[i] ?? 0, got: got[i] ?? 0 },
  }));
  const same = again.filter((name, i) => name === first[i]).length;
  const chance = promise.isExact ? undefined : chanceOfThree(got, expected);
  const isShared =
    chance === undefined ? got.every((n, i) => n === expected[i]) : chance >= leastChance;
  return {
    scheduler,
    promise: promise.words,
    holds: promise.isExact ? "exactly" : "on average",
    connections: first.length,
    members: shares,
    ...(again.length > 0 ? { kept: { of: again.length, same } } : {}),
    ...(chance === undefined ? {} : { chance }),
    isKept: isShared && same === again.length,
  };
}

/** ovf fills members up to their weights, so those have to leave room for all. */
function weightsFor(scheduler: Scheduler, connections: number): number[] {
  return scheduler === "ovf" ? weights.map((weight) => (weight * connections) / round) : weights;
}

interface Ends {
  source: [address: string, port: number];
  target: [address: string, port: number];
}

async function answers(
  ground: Ground,
  scheduler: Scheduler,
  connections: number,
  endsOf: (i: number) => Ends,
): Promise<string[]> {
  const { by }: SchedulerPromise = schedulerPromises[scheduler];
  // Who looks at the load sees connections that are open; lblc and lblcr do where a destination is new.
  const isHeld = by === "load" || by === "destination";
  const order: string[] = [];
  for (let from = 0; from < connections; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, connections - from) }, (_, i) => from + i);
    const opened = await ground.machine.open(
      numbers.map((i) => {
        const ends = endsOf(i);
        const name = isHeld ? { name: ends.source.join(":") } : {};
        return { node: "client", protocol: "tcp", size: 100, ...ends, ...name };
      }),
    );
    for (const { member, error } of opened.answers) {
      if (member === undefined) {
        throw new Error(
          `scheduler ${scheduler}: a connection was not answered: ${error ?? "no answer"}`,
        );
      }
      order.push(member);
    }
  }
  return order;
}
