import type { Scheduler } from "../components/ipvs/schedulers";
import { type ExpectedDistribution, expectedDistributions } from "./expectedDistribution";
import type { Distribution } from "./numbers";
import { chanceOfThree } from "./statistics";
import { clientAddress, type Testbed, members, ports, virtualAddress } from "./testbed/testbed";

/** The number of connections that is a whole round for every scheduler. */
export const wholeRound = 6;
const weights = [3, 2, 1];
/**
 * The chance below which a distribution counts as unexpected. One kernel in a thousand that behaves as expected on
 * average falls below it.
 */
const minChance = 0.001;
/** The number of connections that the agent is asked for at once. */
const batchSize = 200;

/** The name of the member that answered each connection, in order, and each repeated connection. */
export interface AnsweredConnections {
  first: string[];
  again: string[];
}

/**
 * Gives one scheduler a number of connections, which must be whole rounds. They are opened one after the other, each
 * from a client address of its own.
 * @returns Undefined when this kernel does not have the scheduler.
 */
export async function measureDistribution(
  testbed: Testbed,
  scheduler: Scheduler,
  number: number,
  connections: number,
): Promise<Distribution | undefined> {
  const rule = expectedDistributions[scheduler];
  const memberWeights = weightsFor(scheduler, connections);
  const isMarked = rule.by === "destination";
  const has = await testbed.add({
    ...{ number, scheduler, port: ports.echo, isMarked },
    members: memberWeights.map((weight) => ({ weight, forwarding: "masquerade" })),
  });
  if (!has) {
    return undefined;
  }
  try {
    const open = (shift: number, comesFrom: number) =>
      answers(testbed, scheduler, connections, (i) => ({
        source: [clientAddress(i + comesFrom), 10000 + ((i + shift) % 50000)],
        target: [virtualAddress(number, isMarked ? i : 0), ports.echo],
      }));
    const first = await open(0, 0);
    const keeps = rule.by === "source" || rule.by === "destination";
    // A destination keeps its member, whichever client asks. So other clients repeat its connections.
    const again = keeps ? await open(connections, isMarked ? 7 : 0) : [];
    return compareWithExpected(scheduler, memberWeights, { first, again });
  } finally {
    await testbed.machine.close();
    await testbed.clear();
  }
}

/** Compares the answers with the expected distribution. */
export function compareWithExpected(
  scheduler: Scheduler,
  weighed: number[],
  { first, again }: AnsweredConnections,
): Distribution {
  const rule = expectedDistributions[scheduler];
  const expected = rule.shares(first.length, weighed);
  const got = members.map((name) => first.filter((other) => other === name).length);
  const shares = members.map((name, i) => ({
    ...{ name, weight: weighed[i] ?? 0, expected: expected[i] ?? 0, got: got[i] ?? 0 },
  }));
  const same = again.filter((name, i) => name === first[i]).length;
  const chance = rule.isExact ? undefined : chanceOfThree(got, expected);
  const isShared =
    chance === undefined ? got.every((n, i) => n === expected[i]) : chance >= minChance;
  return {
    scheduler,
    expectation: rule.words,
    holds: rule.isExact ? "exactly" : "on average",
    connections: first.length,
    members: shares,
    ...(again.length > 0 ? { stayed: { of: again.length, same } } : {}),
    ...(chance === undefined ? {} : { chance }),
    isAsExpected: isShared && same === again.length,
  };
}

/** ovf fills members up to their weights, so their weights must leave room for all connections. */
function weightsFor(scheduler: Scheduler, connections: number): number[] {
  return scheduler === "ovf"
    ? weights.map((weight) => (weight * connections) / wholeRound)
    : weights;
}

interface Ends {
  source: [address: string, port: number];
  target: [address: string, port: number];
}

async function answers(
  testbed: Testbed,
  scheduler: Scheduler,
  connections: number,
  endsOf: (i: number) => Ends,
): Promise<string[]> {
  const { by }: ExpectedDistribution = expectedDistributions[scheduler];
  // Schedulers by load count open connections. So do lblc and lblcr for a new destination. Their connections stay open.
  const isHeld = by === "load" || by === "destination";
  const order: string[] = [];
  for (let from = 0; from < connections; from += batchSize) {
    const numbers = Array.from(
      { length: Math.min(batchSize, connections - from) },
      (_, i) => from + i,
    );
    const opened = await testbed.machine.open(
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
