import { batch, signal } from "@preact/signals";
import type {
  ActionMessage,
  AnswersMessage,
  ChangeMessage,
  LastingMessage,
  LoadMessage,
  MachinesMessage,
  MemberSample,
  Message,
  Sample,
  Topology,
  Way,
} from "../../../protocol.js";
import { AnswerLog } from "./answerLog.js";
import { SecondSeries } from "./series.js";

/** The time span of the chart, s. */
export const chartSeconds = 90;
const shareSeconds = 10;
const rateSeconds = 3;

/** Figures for each second: a column for each member, then one for lost requests and one for unknown answers. */
export interface History {
  answers: Record<Way, SecondSeries>;
  connections: SecondSeries;
  active: SecondSeries;
}

/** A member's present figures: the kernel's, and the load's answers a second. */
export interface MemberFigures extends MemberSample {
  answers: number;
}

/** Answers of one address, over the last seconds. */
export interface Shares {
  /** A count for each member, then for lost requests and for unknown answers. */
  counts: Float64Array;
  total: number;
  /** Answers a second. */
  rate: number;
  lost: number;
  /** The median time to an answer, ms. */
  median: number | undefined;
}

const ways = ["balanced", "ipv6", "redirected"] as const;
const unknown: MemberSample = {
  ...{ state: "unknown", weight: 0, active: 0, inactive: 0, connections: 0 },
};

export const topology = signal<Topology | undefined>(undefined);
export const sample = signal<Sample | undefined>(undefined);
export const load = signal<LoadMessage | undefined>(undefined);
export const change = signal<ChangeMessage | undefined>(undefined);
/** The machines' states, in a lab whose machines have controls. */
export const machines = signal<MachinesMessage | undefined>(undefined);
/** The last action on each machine or member, by its name. */
export const actions = signal<Readonly<Partial<Record<string, ActionMessage>>>>({});
/** The load's lasting connections. */
export const lasting = signal<LastingMessage | undefined>(undefined);
export const link = signal<"connecting" | "live" | "lost">("connecting");
/** The time at the lab, ms. Figures are computed again whenever it changes. */
export const labTime = signal(0);

/** The answers themselves. They come too fast for signals, so drawings read them at each frame. */
export const answerLogs: Record<Way, AnswerLog> = {
  balanced: new AnswerLog(),
  ipv6: new AnswerLog(),
  redirected: new AnswerLog(),
};
export let history = newHistory(0);
let now = 0;
let lastSample = 0;

export function receive(message: Message): void {
  switch (message.type) {
    case "topology": {
      const names = (of?: Topology) => of?.members.map(({ name }) => name).join("\n");
      if (names(topology.value) !== names(message.topology)) {
        history = newHistory(message.topology.members.length);
        ways.forEach((way) => {
          answerLogs[way].clear();
        });
        sample.value = undefined;
      }
      topology.value = message.topology;
      break;
    }
    case "sample":
      takeSample(message);
      break;
    case "answers":
      takeAnswers(message);
      break;
    case "machines":
      machines.value = message;
      break;
    case "action":
      actions.value = { ...actions.value, [message.on]: message };
      break;
    case "lasting":
      lasting.value = message;
      break;
    case "load":
      batch(() => {
        load.value = message;
        // Another load counts its own connections.
        lasting.value = undefined;
      });
      break;
    case "change":
      change.value = message;
  }
}

/** Updates the figures with what has come. A few times a second is enough for the eye. */
export function updateLabTime(): void {
  if (now !== labTime.value) {
    batch(() => {
      labTime.value = now;
    });
  }
}

function takeSample(message: Sample): void {
  now = Math.max(now, message.at);
  sample.value = message;
  const second = Math.floor(message.at / 1000);
  // A sample covers the time since the one before.
  const since = second - lastSample <= 5 ? Math.min(lastSample + 1, second) : second;
  for (let filled = since; filled <= second; filled++) {
    message.members.forEach(({ connections, active }, place) => {
      history.connections.set(filled, place, connections);
      history.active.set(filled, place, active);
    });
  }
  lastSample = second;
}

/** Called with the answers of each message, after they were taken. */
export const answerListeners = new Set<(message: AnswersMessage) => void>();

function takeAnswers(message: AnswersMessage): void {
  now = Math.max(now, message.at);
  answerLogs[message.way].take(message);
  const series = history.answers[message.way];
  const second = Math.floor(message.at / 1000);
  const members = series.columns - 2;
  for (const who of message.who) {
    series.add(second, who >= 0 && who < members ? who : members + (who === -1 ? 0 : 1), 1);
  }
  answerListeners.forEach((listen) => {
    listen(message);
  });
}

function newHistory(members: number): History {
  const series = () => new SecondSeries(members + 2, chartSeconds + 10);
  return {
    answers: { balanced: series(), ipv6: series(), redirected: series() },
    connections: series(),
    active: series(),
  };
}

/** Each member's figures, in the members' order. */
export function figures(): MemberFigures[] {
  const second = Math.floor(labTime.value / 1000);
  const sums = history.answers.balanced.sums(second - rateSeconds, second - 1);
  return (topology.value?.members ?? []).map((_, place) => ({
    ...(sample.value?.members[place] ?? unknown),
    answers: (sums[place] ?? 0) / rateSeconds,
  }));
}

export function shares(way: Way): Shares {
  const second = Math.floor(labTime.value / 1000);
  const series = history.answers[way];
  const counts = series.sums(second - shareSeconds + 1, second);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const recent = series.sums(second - rateSeconds, second - 1);
  const members = series.columns - 2;
  const answered = recent.reduce((sum, count, place) => sum + (place === members ? 0 : count), 0);
  return {
    counts,
    total,
    rate: answered / rateSeconds,
    lost: counts[members] ?? 0,
    median: answerLogs[way].median(200),
  };
}
