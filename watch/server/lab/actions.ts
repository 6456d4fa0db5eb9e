import type { ActionMessage, ActionName, ActionRequest, Topology } from "../../protocol.js";
import { RequestError } from "../requestError.js";
import { directorsOf } from "./topology.js";

export interface ActionsOptions {
  topology: () => Topology;
  /** Does it. Rejects with an Error that says why it could not be done. */
  perform: (request: ActionRequest) => Promise<void>;
  send: (message: ActionMessage) => void;
}

const words: Record<ActionName, string> = {
  pull: "pull the cable of",
  plug: "plug in the cable of",
  off: "shut down",
  on: "turn on",
  stop: "stop the web server of",
  start: "start the web server of",
};

/** What is done to the lab past Pulumi: one thing at a time to a machine, or to a member. */
export class Actions {
  /** Those that are under way, by what they are done to. */
  private readonly underWay = new Map<string, ActionMessage>();
  private last = 0;

  constructor(private readonly options: ActionsOptions) {}

  /** Those that are under way. */
  get current(): ActionMessage[] {
    return [...this.underWay.values()];
  }

  /**
   * Starts an action; messages report it.
   * @throws RequestError when it cannot be done to that, or while something else is done to it.
   */
  act(request: ActionRequest): Promise<void> {
    const { action, on } = request;
    const possible = targetsOf(action, this.options.topology());
    if (!possible.includes(on)) {
      const there = possible.length > 0 ? `there are ${possible.join(", ")}` : "there is none";
      return reject(`on: cannot ${words[action]} ${JSON.stringify(on)}; ${there}`, 400);
    }
    const other = this.underWay.get(on);
    if (other) {
      return reject(`on: ${on} is busy: "${other.action}" is under way`, 409);
    }
    const id = ++this.last;
    const doing: ActionMessage = { type: "action", id, ...request, at: Date.now(), state: "doing" };
    this.underWay.set(on, doing);
    this.options.send(doing);
    this.options.perform(request).then(
      () => {
        this.end(doing, { state: "done" });
      },
      (error: unknown) => {
        this.end(doing, { state: "failed", error: (error as Error).message });
      },
    );
    return Promise.resolve();
  }

  private end(doing: ActionMessage, end: Pick<ActionMessage, "state" | "error">): void {
    this.underWay.delete(doing.on);
    this.options.send({ ...doing, ...end, at: Date.now() });
  }
}

function reject(why: string, status: number): Promise<never> {
  return Promise.reject(new RequestError(why, status));
}

/** What an action can be done to. */
function targetsOf(action: ActionName, topology: Topology): string[] {
  const { machines = [], members } = topology;
  switch (action) {
    case "pull":
    case "plug":
      return machines.filter((name) => directorsOf(topology).includes(name));
    case "on":
    case "off":
      return machines;
    case "start":
    case "stop":
      return members
        .filter(({ machine }) => machine !== undefined && machines.includes(machine))
        .map(({ name }) => name);
  }
}
