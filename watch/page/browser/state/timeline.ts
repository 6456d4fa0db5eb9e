import { effect, untracked } from "@preact/signals";
import type {
  ActionMessage,
  AnswersMessage,
  MachinesMessage,
  MachineState,
} from "../../../protocol.js";
import type { Text } from "../text/english.js";
import { addEvents, type LabEvent } from "./events.js";
import { actions, answerListeners, lasting, load, machines, topology } from "./model.js";
import { format } from "./preferences.js";

/** After this time it is said whether requests were lost: a lost request is noticed after two seconds, ms. */
const settlingTime = 4000;
/** A time without answers is told when it is as long as this, and as some requests at the load's rate, ms. */
const [silence, silentRequests] = [700, 7];

/** The news of two directors may overtake each other by this, ms. Longer, several have had the address at once. */
const overlap = 500;

/** The longest time that a machine takes to start, ms. */
const bootTime = 600_000;

/** An intervention whose effects are followed. */
interface Cause {
  at: number;
  lost: number;
  /** The load's lasting connections at that time. */
  before?: { open: number; broken: number };
  answered: boolean;
}

let cause: Cause | undefined;
/** The time since which several directors have the address, and the last one that got it. */
let both: { at: number; gained: string | undefined; isTold: boolean } | undefined;
let answeredAt = Number.NaN;

/** Follows the lab's machines: what was done to them, and what became of the address and of the requests. */
export function noteTimeline(): void {
  let known: MachinesMessage | undefined;
  effect(() => {
    const now = machines.value;
    const names = untracked(() => topology.value?.machines) ?? [];
    if (now && known?.machines.length === now.machines.length) {
      noteMachines(names, known, now);
    }
    known = now;
  });
  effect(() => {
    for (const action of Object.values(actions.value)) {
      if (action) {
        untracked(() => {
          noteAction(action);
        });
      }
    }
  });
  effect(() => {
    const now = lasting.value;
    untracked(() => {
      settleConnections(now?.at ?? 0);
    });
  });
  effect(() => {
    // Another load has no answers yet.
    if (load.value) {
      answeredAt = Number.NaN;
    }
  });
  answerListeners.add(noteAnswers);
}

function begin(
  at: number,
  kind: LabEvent["kind"],
  tell: (text: Text) => string,
  more: Pick<LabEvent, "effectTime"> = {},
): void {
  const now = lasting.value;
  cause = {
    ...{ at, lost: 0, answered: false },
    ...(now && now.open > 0 && { before: { open: now.open, broken: now.broken } }),
  };
  addEvents({ at, kind, tell, isCause: true, ...more });
}

function noteMachines(names: string[], before: MachinesMessage, now: MachinesMessage): void {
  const { at } = now;
  untracked(() => {
    names.forEach((name, place) => {
      const [was, is] = [before.machines[place], now.machines[place]];
      if (was && is) {
        notePower(at, name, was, is);
        noteLink(at, name, was, is);
      }
    });
    noteAddress(at, names, before, now);
  });
}

function notePower(at: number, name: string, was: MachineState, is: MachineState): void {
  const stack = topology.value?.stack ?? "";
  if (was.power !== is.power && was.power !== "unknown") {
    if (is.power === "stopping" || (is.power === "off" && was.power === "on")) {
      begin(at, "bad", (text) => text.turnedOff(name));
    } else if (is.power === "starting") {
      begin(at, "plain", (text) => text.turnedOn(name), { effectTime: bootTime });
    } else if (is.power === "off") {
      addEvents({ at, kind: "plain", tell: (text) => text.isOff(name) });
    } else if (is.power === "on") {
      addEvents({ at, kind: "good", tell: (text) => text.isOn(name, stack) });
    }
  }
  const isReached = is.director?.isReached;
  if (was.director && isReached !== undefined && was.director.isReached !== isReached) {
    addEvents({
      at,
      kind: isReached ? "good" : "plain",
      tell: (text) => (isReached ? text.reached(name) : text.notReached(name)),
    });
  }
}

function noteLink(at: number, name: string, was: MachineState, is: MachineState): void {
  const isReached = was.director?.isReached === true && is.director?.isReached === true;
  // A machine that shuts down loses its link, too.
  const isOn = ![was.power, is.power].includes("stopping");
  if (!isReached || !isOn || was.director?.hasLink === is.director?.hasLink) {
    return;
  }
  if (is.director?.hasLink) {
    begin(at, "good", (text) => text.pluggedIn(name));
  } else {
    begin(at, "bad", (text) => text.pulled(name));
  }
}

function noteAddress(
  at: number,
  names: string[],
  before: MachinesMessage,
  now: MachinesMessage,
): void {
  const has = (state: MachineState | undefined) =>
    state?.director?.isReached === true && state.director.hasAddress;
  const holders = names.filter((_, place) => has(now.machines[place]));
  const were = names.filter((_, place) => has(before.machines[place]));
  const [gained] = names.filter(
    (name, place) =>
      holders.includes(name) && !were.includes(name) && before.machines[place]?.director,
  );
  if (holders.length > 1) {
    noteSeveral(at, holders, gained);
    return;
  }
  const moved = both && !both.isTold ? both : { at, gained };
  if (both?.isTold && holders.length === 1) {
    const seconds = at - both.at;
    const tell = (text: Text) => text.oneHas(holders.join(), format.seconds(seconds));
    addEvents({ at, kind: "good", tell });
  } else if (moved.gained !== undefined) {
    const to = moved.gained;
    addEvents({ at: moved.at, kind: "good", tell: (text) => text.movedTo(to) });
  }
  both = undefined;
}

/** Says that several directors have the address, once that has lasted. */
function noteSeveral(at: number, holders: string[], gained: string | undefined): void {
  if (both) {
    return;
  }
  const since = { at, gained, isTold: false };
  both = since;
  setTimeout(() => {
    if (both === since) {
      since.isTold = true;
      addEvents({ at, kind: "bad", tell: (text) => text.bothHave(holders.join(", ")) });
    }
  }, overlap);
}

/** The states of actions that were told. */
const told = new Set<string>();

function noteAction({ id, action, on, at, state, error = "" }: ActionMessage): void {
  const key = `${id} ${state} ${at}`;
  if (told.has(key)) {
    return;
  }
  told.add(key);
  if (state === "failed") {
    addEvents({ at, kind: "bad", tell: (text) => text.actionFailed(on, error) });
  } else if (state === "doing" && action === "stop") {
    begin(at, "bad", (text) => text.serverStopped(on));
  } else if (state === "doing" && action === "start") {
    begin(at, "good", (text) => text.serverStarted(on));
  }
}

function noteAnswers({ way, at, who }: AnswersMessage): void {
  if (way !== "balanced") {
    return;
  }
  const lost = who.filter((one) => one === -1).length;
  if (cause && lost > 0 && at >= cause.at) {
    cause.lost += lost;
    noteLost(cause, at);
  }
  if (who.some((one) => one !== -1)) {
    const quiet = at - answeredAt;
    const least = Math.max(silence, (silentRequests * 1000) / (load.value?.load?.rate ?? 1));
    // A time without answers that began well before the cause is not its effect.
    if (cause && quiet > least && at > cause.at && answeredAt > cause.at - least) {
      addEvents({ at, kind: "good", tell: (text) => text.answersAgain(format.seconds(quiet)) });
    }
    answeredAt = at;
  }
  settleRequests(at);
  settleConnections(at);
}

function noteLost({ at: causedAt, lost }: Cause, at: number): void {
  const kind = lost > 0 ? "bad" : "good";
  addEvents({ at, kind, key: `lost ${causedAt}`, tell: (text) => text.requestsLost(lost) });
}

/** Says that no request was lost, once one would have been noticed. */
function settleRequests(at: number): void {
  if (cause && !cause.answered && at - cause.at > settlingTime && answeredAt > cause.at) {
    cause.answered = true;
    if (cause.lost === 0) {
      noteLost(cause, at);
    }
  }
}

/** Says how many lasting connections live on, once none of them waits any more. */
function settleConnections(at: number): void {
  const now = lasting.value;
  if (cause?.before && now?.waiting === 0 && at - cause.at > settlingTime) {
    const { open, broken } = cause.before;
    const alive = Math.max(0, open - (now.broken - broken));
    delete cause.before;
    const kind = alive === open ? "good" : "bad";
    addEvents({ at, kind, tell: (text) => text.connectionsAlive(alive, open) });
  }
}
