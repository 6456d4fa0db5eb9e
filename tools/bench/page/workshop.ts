import type {
  AnswersMessage,
  LoadRequest,
  MemberSample,
  Message,
  Sample,
  Setting,
  Topology,
  Way,
} from "../../../watch/protocol.js" with { "resolution-mode": "import" };

/** The time at which all recordings begin. */
export const startTime = Date.UTC(2026, 10, 27, 9, 0, 0);

const forwardings = ["masquerade", "gate", "ipip"];
const schedulers = ["rr", "wrr", "lc", "wlc", "sh", "sed", "nq"];

/** The workshop's lab. */
export function workshop(changed: Partial<Topology> = {}): Topology {
  return {
    stack: "dev",
    director: "machine1",
    clients: ["machine1", "machine2"],
    service: { url: "http://10.10.10.100:80/", protocol: "tcp", scheduler: "rr" },
    members: [
      {
        ...{ name: "BACKEND-1", address: "10.10.10.2", port: 80, forwarding: "masquerade" },
        machine: "machine2",
      },
      {
        ...{ name: "BACKEND-2", address: "10.10.10.3", port: 80, forwarding: "masquerade" },
        ...{ machine: "machine1", namespace: "ns-backend2" },
      },
    ],
    redirect: { url: "http://10.10.10.101:80/", member: 0 },
    settings: [
      { path: "scheduler", what: "scheduler", value: "rr", allowed: schedulers },
      { path: "forwarding", what: "forwarding", value: "masquerade", allowed: forwardings },
      { path: "backend1.weight", what: "weight", member: 0, value: 1 },
      { path: "backend1.running", what: "running", member: 0, value: true },
      { path: "backend2.weight", what: "weight", member: 1, value: 1 },
      { path: "backend2.running", what: "running", member: 1, value: true },
    ],
    ...changed,
  };
}

/** A lab with one member for each forwarding method. */
export function threeForwardings(): Topology {
  const lab = workshop();
  delete lab.redirect;
  return {
    ...lab,
    members: forwardings.map((forwarding, place) => ({
      ...{ name: `web-${place + 1}`, address: `192.0.2.${place + 1}`, port: 80, forwarding },
      machine: "machine2",
    })),
    settings: [
      { path: "forwarding", what: "forwarding", value: "gate", allowed: forwardings },
      { path: "scheduler", what: "scheduler", value: "rr", allowed: schedulers },
    ],
  };
}

/** A service of many members, each of which can be stopped. */
export function manyMembers(count: number): Topology {
  const names = Array.from({ length: count }, (_, place) => `web-${place + 1}`);
  return workshop({
    members: names.map((name, place) => ({
      ...{ name, address: `198.18.${place >> 8}.${place & 255}`, port: 80 },
      ...{ forwarding: "masquerade", machine: "machine2" },
    })),
    settings: [
      { path: "scheduler", what: "scheduler", value: "rr", allowed: schedulers },
      ...names.map((_, member): Setting => {
        const path = `moreBackends[${member}].running`;
        return { path, what: "running", member, value: true };
      }),
    ],
  });
}

export const up: MemberSample = {
  ...{ state: "up", weight: 1, active: 2, inactive: 9, connections: 10 },
};
export const down: MemberSample = { ...up, state: "down", active: 0, connections: 0 };

/** @param second Seconds since the beginning. */
export function sampleAt(second: number, members: MemberSample[], scheduler = "rr"): Sample {
  return { type: "sample", at: startTime + second * 1000, scheduler, members, cost: 0.012 };
}

export function answered(second: number, way: Way, first: number, who: number[]): AnswersMessage {
  const took = who.map((member) => (member < 0 ? 2000 : 8 + member));
  return { type: "answers", at: startTime + second * 1000, way, first, who, took };
}

export const loadRequest: LoadRequest = {
  ...{ client: "machine2", rate: 20, concurrency: 4, redirected: true },
};

/**
 * The messages of some seconds of load. The members answer in the given order, over and over, and the redirection's
 * member always answers its own requests.
 */
export function loadMessages(seconds: number, turn: number[], rate = loadRequest.rate): Message[] {
  const members = Math.max(...turn) + 1;
  const messages: Message[] = [{ type: "load", load: { ...loadRequest, rate } }];
  for (let second = 0; second < seconds; second++) {
    const numbers = Array.from({ length: rate }, (_, index) => second * rate + index);
    const who = numbers.map((number) => turn[number % turn.length] ?? -1);
    const each = rate / members;
    messages.push(
      answered(second, "balanced", second * rate, who),
      answered(
        second,
        "redirected",
        second * rate,
        who.map(() => 0),
      ),
      sampleAt(
        second,
        Array.from({ length: members }, () => ({ ...up, connections: each })),
      ),
    );
  }
  return messages;
}
