import { effect, signal, untracked } from "@preact/signals";
import type { Standing, Text } from "../text/english.js";
import { beat, load, sample, topology } from "./model.js";
import { format } from "./preferences.js";
import { standing } from "./standing.js";

/** Something that happened, as a text in the page's language. */
export interface LabEvent {
  at: number;
  kind: "good" | "bad" | "plain";
  tell: (text: Text) => string;
}

const kept = 30;
/** Changes of more members than this are one event, with their number. */
const named = 4;

/** The newest first. */
export const events = signal<LabEvent[]>([]);

function note(...added: LabEvent[]): void {
  if (added.length > 0) {
    events.value = [...added.reverse(), ...untracked(() => events.value)].slice(0, kept);
  }
}

/** Turns changes of the lab's state into events for people. */
export function noteEvents(): void {
  let before: Standing[] = [];
  let scheduler: string | undefined;
  effect(() => {
    const now = sample.value;
    if (!now) {
      before = [];
      scheduler = undefined;
      return;
    }
    const names = untracked(() => topology.value?.members.map(({ name }) => name) ?? []);
    const after = now.members.map(standing);
    const changed = new Map<Standing, string[]>();
    after.forEach((state, place) => {
      const was = before[place];
      const isNews = was === undefined ? state !== "up" && state !== "unknown" : was !== state;
      if (isNews && !(was === "unknown" && state === "up")) {
        changed.set(state, [...(changed.get(state) ?? []), names[place] ?? `${place + 1}`]);
      }
    });
    note(...[...changed].flatMap(([state, who]) => statesOf(now.at, state, who)));
    if (before.length > 0 && now.scheduler !== scheduler) {
      note({
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
      const at = untracked(() => beat.value) || Date.now();
      const told = (text: Text) => now.map((method) => text.forwarding[method] ?? method);
      note({ at, kind: "plain", tell: (text) => text.forwardingIs(told(text).join(", ")) });
    }
    methods = now;
  });
  let order: string | undefined;
  effect(() => {
    const { load: running, error } = load.value ?? {};
    const is = running && JSON.stringify(running);
    if (is !== order) {
      const at = untracked(() => beat.value) || Date.now();
      const tell = (text: Text) =>
        running
          ? text.loadStarted(text.running(format.whole(running.rate), running.client))
          : error === undefined
            ? text.loadStopped
            : text.ended(error);
      note({ at, kind: error === undefined ? "plain" : "bad", tell });
    }
    order = is;
  });
}

function statesOf(at: number, state: Standing, who: string[]): LabEvent[] {
  const kind = state === "up" ? "good" : state === "down" || state === "absent" ? "bad" : "plain";
  return who.length > named
    ? [{ at, kind, tell: (text) => text.membersAre(format.whole(who.length), text.states[state]) }]
    : who.map((name) => ({ at, kind, tell: (text) => text.memberIs(name, text.states[state]) }));
}
