import type {
  ActionMessage,
  ActionRequest,
  DirectorState,
  LastingMessage,
  MachinesMessage,
  MachineState,
  Message,
  Sample,
  Topology,
} from "../../../watch/protocol.js" with { "resolution-mode": "import" };
import { answered, sampleAt, startTime, up, workshop } from "./workshop";

const machines = ["machine1", "machine2", "machine3", "machine4"];

/** Two directors that share an address, a machine with two web servers, and a client. */
export function pair(changed: Partial<Topology> = {}): Topology {
  const { service, settings } = workshop();
  const member = { port: 80, forwarding: "ipip", weight: 1, machine: "machine3" };
  return {
    ...{ stack: "pair", director: "machine1", moreDirectors: ["machine2"], machines },
    ...{ clients: ["machine4"], service, check: { type: "http" } },
    members: [
      { name: "BACKEND-1", address: "10.10.10.3", ...member },
      { name: "BACKEND-2", address: "10.10.10.13", ...member, namespace: "ns-backend2" },
    ],
    settings: settings.map((one) => (one.path === "forwarding" ? { ...one, value: "ipip" } : one)),
    ...changed,
  };
}

/** A director, two web servers on machines of their own, and a client. */
export function routing(forwarding: string): Topology {
  const { service, settings } = workshop();
  return {
    ...{ stack: "routing", director: "machine1", machines, clients: ["machine4"], service },
    members: ["machine2", "machine3"].map((machine, place) => ({
      ...{ name: `BACKEND-${place + 1}`, address: `10.10.10.${place + 2}`, port: 80 },
      ...{ forwarding, machine },
    })),
    settings: settings.map((one) =>
      one.path === "forwarding" ? { ...one, value: forwarding } : one,
    ),
  };
}

const holder: DirectorState = {
  ...{ isReached: true, hasAddress: true, hasLink: true, connections: 34 },
};
export const standby: DirectorState = { ...holder, hasAddress: false, connections: 31 };
export const cut: DirectorState = { ...standby, hasLink: false };
export const on: MachineState = { power: "on" };

/** The states of the pair's machines. @param second Seconds since the beginning. */
export function states(
  second: number,
  first: MachineState | DirectorState = holder,
  other: MachineState | DirectorState = standby,
  ...more: MachineState[]
): MachinesMessage {
  const state = (of: MachineState | DirectorState): MachineState =>
    "power" in of ? of : { ...on, director: of };
  const all = [state(first), state(other), more[0] ?? on, more[1] ?? on];
  return { type: "machines", at: startTime + second * 1000, machines: all };
}

export { holder };

/** A sample of the director that has the address. */
export function sampleOf(second: number, director: string, members = [up, up]): Sample {
  return { ...sampleAt(second, members), director };
}

export function lastingAt(second: number, open: number, waiting = 0, broken = 0): LastingMessage {
  return { type: "lasting", at: startTime + second * 1000, open, waiting, broken };
}

export function actionAt(
  second: number,
  request: ActionRequest,
  state: ActionMessage["state"],
  error?: string,
): ActionMessage {
  const at = startTime + second * 1000;
  return { type: "action", id: 1, ...request, at, state, ...(error !== undefined && { error }) };
}

export const pairLoad = {
  ...{ client: "machine4", rate: 10, concurrency: 50, redirected: false, lasting: 4 },
};

/** Answers of the load from a second on, ten a second in turns. @returns Their messages. */
export function answers(from: number, to: number, first: number, director: string): Message[] {
  const messages: Message[] = [];
  for (let step = 0; step < Math.round((to - from) * 10); step++) {
    messages.push(answered(from + step / 10, "balanced", first + step, [(first + step) % 2]));
    if (step % 10 === 9) {
      messages.push(sampleOf(from + step / 10, director));
    }
  }
  return messages;
}

/**
 * A failover as a lab tells it: some seconds of load, then machine1's cable is pulled, machine2 has the address 1.2 s
 * later, three requests are lost, and the four lasting connections live on.
 */
export function failover(): Message[] {
  return [
    { type: "load", load: pairLoad },
    states(0),
    lastingAt(0.2, 4),
    ...answers(0, 10, 0, "machine1"),
    states(10, { ...holder, hasLink: false }),
    states(10.1, cut),
    lastingAt(11, 4, 3),
    states(11.2, cut, { ...holder, connections: 36 }),
    ...answers(11.4, 12, 100, "machine2"),
    answered(12, "balanced", 106, [-1, -1]),
    answered(12.2, "balanced", 108, [-1]),
    lastingAt(12.4, 4),
    ...answers(12.5, 15, 109, "machine2"),
  ];
}

/** What follows it: the cable is plugged in again, and machine1 stands by. */
export function pluggedIn(): Message[] {
  return [
    states(20, standby, { ...holder, connections: 40 }),
    ...answers(20.1, 25, 134, "machine2"),
  ];
}
