import { expectedDistributions } from "../../report/expectedDistribution";
import type { Combination, Scheduler } from "./combinations";
import type { Lab, Flow } from "./lab";
import type { Answer } from "./machine";
import { members } from "./topology";

/*
 * Checks the distributions of report/expectedDistribution.ts: opens flows and looks at the order of the members that
 * answered. Weights are those of combinations.ts. UDP's flows never count as active, and sed, nq and ovf look at
 * nothing else: with them all of UDP goes to one member.
 */

type DistributionCheck = (lab: Lab, combination: Combination) => Promise<void>;

export const distributionChecks: Record<Scheduler, DistributionCheck> = {
  rr: async (lab, c) => {
    const order = await lab.order(c, different(9));
    expect(order).toEqual(Array(3).fill(order.slice(0, 3)).flat());
    expectShares(c, order);
  },
  wrr: async (lab, c) => {
    const order = await lab.order(c, different(12));
    expect(order).toEqual(Array(2).fill(order.slice(0, 6)).flat());
    expectShares(c, order);
  },
  lc: async (lab, c) => {
    expectShares(c, await lab.held(c, different(9)));
  },
  wlc: async (lab, c) => {
    expectShares(c, await lab.held(c, different(12)));
  },
  sed: async (lab, c) => {
    const order = await lab.held(c, different(12));
    if (c.protocol === "udp") {
      allOn(0, order); // the heaviest
      return;
    }
    expectShares(c, order);
    // The fastest may be given a second connection before the slowest has its first.
    expect(count(order.slice(0, 3))).toEqual([2, 1, 0]);
  },
  nq: async (lab, c) => {
    const order = await lab.held(c, different(12));
    if (c.protocol === "udp") {
      allOn(2, order); // the last that was added
      return;
    }
    // Nobody queues where another one is idle.
    expect(count(order.slice(0, 3))).toEqual([1, 1, 1]);
    expectShares(c, order);
  },
  sh: (lab, c) => byClient(lab, c),
  mh: (lab, c) => byClient(lab, c),
  dh: (lab, c) => byDestination(lab, c),
  lblc: (lab, c) => byDestination(lab, c),
  lblcr: (lab, c) => byDestination(lab, c),
  fo: async (lab, c) => {
    expect(await lab.order(c, different(4))).toEqual(Array(4).fill(members[1]));
    await lab.weigh(c, 1, 0);
    expect(await lab.order(c, different(4))).toEqual(Array(4).fill(members[2]));
    await lab.weigh(c, 2, 0);
    expect(await lab.order(c, different(4))).toEqual(Array(4).fill(members[0]));
  },
  ovf: async (lab, c) => {
    const order = await lab.held(c, different(9));
    if (c.protocol === "udp") {
      allOn(1, order); // the heaviest
      return;
    }
    // Over to the next where a member has more connections than its weight.
    expect(order).toEqual([2, 2, 2, 2, 3, 3, 3, 1, 1].map((i) => members[i - 1]));
  },
  // Drawn at random, so that this much is all that is sure; the lightest is left out once in 300 000 times.
  twos: async (lab, c) => {
    const [heaviest = 0, , lightest = 0] = count(await lab.held(c, different(36)));
    expect(lightest).toBeGreaterThan(0);
    expect(heaviest).toBeGreaterThan(lightest);
  },
};

/** So many flows of as many clients. */
export function different(count: number): Flow[] {
  return Array.from({ length: count }, (_, client) => ({ client }));
}

/** How many of the flows each member has. */
export function count(order: (string | undefined)[]): number[] {
  return members.map((name) => order.filter((other) => other === name).length);
}

/** Each member has as many as is expected of the scheduler for so many flows and these weights. */
function expectShares({ scheduler, service }: Combination, order: (string | undefined)[]): void {
  const weights = service.realServers.map(({ weight }) => weight);
  expect(count(order)).toEqual(expectedDistributions[scheduler].shares(order.length, weights));
}

function allOn(i: number, order: (string | undefined)[]): void {
  expect(order).toEqual(Array(order.length).fill(members[i]));
}

/** A client keeps its member, and clients are spread over all of them. */
async function byClient(lab: Lab, c: Combination): Promise<void> {
  const flows = different(18);
  const order = await lab.order(c, [...flows, ...flows.slice(6, 12)]);
  expect(order.slice(18)).toEqual(order.slice(6, 12));
  // Each has its third of the hash table.
  expect(Math.min(...count(order.slice(0, 18)))).toBeGreaterThanOrEqual(2);
}

/** A destination keeps its member whoever asks; only a firewall mark has several. */
async function byDestination(lab: Lab, c: Combination): Promise<void> {
  if (c.service.firewallMark === undefined) {
    const order = await lab.order(c, different(6));
    expect(new Set(order).size).toBe(1);
    return;
  }
  const flows = Array.from({ length: 12 }, (_, i) => ({ client: i, destination: i }));
  const order = await lab.held(c, flows);
  const again = await lab.held(
    c,
    flows.map(({ destination }) => ({ client: destination + 7, destination })),
  );
  expect(again).toEqual(order);
  expect(count(order).filter(Boolean).length).toBeGreaterThan(1);
  if (c.scheduler !== "dh") {
    // By least connections where a destination is new.
    expectShares(c, order);
  }
}

/** What is true of every answer: the payload came back, and the server saw the client's own address. */
export function checkAnswers(c: Combination, answers: Answer[], vips: string[]): void {
  answers.forEach((answer, i) => {
    const member = members.indexOf(answer.member ?? "");
    expect({ ...answer, i }).toEqual({
      i,
      same: true,
      member: expect.stringMatching(/^member[123]$/) as string,
      own: answer.own,
      peer: answer.own,
      local: c.way.name === "masquerade" ? c.service.realServers[member]?.address : vips[i],
    });
  });
}
