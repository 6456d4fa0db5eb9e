import { effect, signal, untracked } from "@preact/signals";
import type { MemberStatus, Text } from "../text/english.js";
import { checkThatFails, statusOf } from "./memberStatus.js";
import { labTime, load, sample, topology } from "./model.js";
import { format } from "./preferences.js";

/** Something that happened, as a text in the page's language. */
export interface LabEvent {
  at: number;
  kind: "good" | "bad" | "plain";
  tell: (text: Text) => string;
  /** True for an intervention, such as a pulled cable. What follows is told by the time since it. */
  isCause?: true;
  /** With `isCause`: an event later than this after it is not its effect, ms. */
  effectTime?: number;
  /** The time since the cause, ms. */
  since?: number;
  /** An event takes the place of another one with its key. */
  key?: string;
}

const maxEvents = 40;
/** The usual time in which a cause has its effects, ms. */
const usualEffectTime = 90_000;
/** Changes of more members than this are one event, with their number. */
const maxNamed = 4;

/** The newest first. */
export const events = signal<LabEvent[]>([]);

/** The time of the last cause, and of the end of its effects. */
let [causedAt, causedUntil] = [-Infinity, -Infinity];

export function addEvents(...added: LabEvent[]): void {
  if (added.length === 0) {
    return;
  }
  let all = untracked(() => events.value);
  for (const event of added) {
    const same = all.findIndex(({ key }) => key !== undefined && key === event.key);
    const before = all[same];
    if (before) {
      all = all.with(same, { ...event, at: before.at, since: before.since });
      continue;
    }
    if (event.isCause) {
      causedAt = event.at;
      causedUntil = event.at + (event.effectTime ?? usualEffectTime);
    }
    const { at, isCause } = event;
    const isEffect = !isCause && at >= causedAt && at <= causedUntil;
    all = [isEffect ? { ...event, since: at - causedAt } : event, ...all];
  }
  events.value = all.slice(0, maxEvents);
}

/** Turns changes of the lab's state into events for people. */
export function noteEvents(): void {
  let before: MemberStatus[] = [];
  let scheduler: string | undefined;
  effect(() => {
    const now = sample.value;
    if (!now) {
      before = [];
      scheduler = undefined;
      return;
    }
    const names = untracked(() => topology.value?.members.map(({ name }) => name) ?? []);
    const after = now.members.map(statusOf);
    const changed = new Map<MemberStatus, string[]>();
    after.forEach((state, place) => {
      const was = before[place];
      const isNews = was === undefined ? state !== "up" && state !== "unknown" : was !== state;
      if (isNews && !(was === "unknown" && state === "up")) {
        changed.set(state, [...(changed.get(state) ?? []), names[place] ?? `${place + 1}`]);
      }
    });
    addEvents(...[...changed].flatMap(([state, who]) => statesOf(now.at, state, who)));
    if (before.length > 0 && now.scheduler !== scheduler) {
      addEvents({
        at: now.at,
        kind: now.scheduler === undefined ? "bad" : "plain",
        tell: (text) =>
          now.scheduler === undefined ? text.serviceGone : text.schedulerIs(now.scheduler),
      });
    }
    before = after;
    scheduler = now.scheduler;
  });
  let methods: string[] | undefined;
  effect(() => {
    const now = topology.value && [...new Set(topology.value.members.map((m) => m.forwarding))];
    if (now && methods && now.join() !== methods.join()) {
      const at = untracked(() => labTime.value) || Date.now();
      const methodNames = (text: Text) => now.map((method) => text.forwarding[method] ?? method);
      addEvents({
        at,
        kind: "plain",
        tell: (text) => text.forwardingIs(methodNames(text).join(", ")),
      });
    }
    methods = now;
  });
  let order: string | undefined;
  effect(() => {
    const { load: running, error } = load.value ?? {};
    const is = running && JSON.stringify(running);
    if (is !== order) {
      const at = untracked(() => labTime.value) || Date.now();
      const tell = (text: Text) =>
        running
          ? text.loadStarted(text.running(format.whole(running.rate), running.client))
          : error === undefined
            ? text.loadStopped
            : text.ended(error);
      addEvents({ at, kind: error === undefined ? "plain" : "bad", tell });
    }
    order = is;
  });
}

function statesOf(at: number, state: MemberStatus, who: string[]): LabEvent[] {
  const kind = state === "up" ? "good" : state === "down" || state === "absent" ? "bad" : "plain";
  if (who.length > maxNamed) {
    const tell = (text: Text) => text.membersAre(format.whole(who.length), text.states[state]);
    return [{ at, kind, tell }];
  }
  return who.map((name) => {
    const check = untracked(() => checkThatFails(name, state));
    return {
      ...{ at, kind },
      tell: (text) =>
        check === undefined ? text.memberIs(name, text.states[state]) : text.takenOut(name, check),
    };
  });
}
