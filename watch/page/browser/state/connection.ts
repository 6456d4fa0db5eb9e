import type { ActionRequest, LoadRequest, Message } from "../../../protocol.js";
import { actions, link, receive } from "./model.js";

/** The delay before a new attempt when the browser itself has given up, ms. */
const reconnectDelay = 2000;

/** Receives the lab's messages, and connects again after the connection was lost. */
export function receiveMessages(): void {
  const events = new EventSource("events");
  events.onopen = () => {
    link.value = "live";
    // The server tells of those that are under way. The end of others may have been missed.
    actions.value = {};
  };
  events.onmessage = ({ data }: MessageEvent<string>) => {
    receive(JSON.parse(data) as Message);
  };
  events.onerror = () => {
    link.value = "lost";
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(receiveMessages, reconnectDelay);
    }
  };
}

/**
 * Sends a request.
 * @param path A path below the page's own, which nobody else knows.
 * @throws Error with the server's sentence, when it refuses the request.
 */
async function post(path: string, body: object): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    const { error } = (await response.json()) as { error?: string };
    throw new Error(error ?? response.statusText);
  }
}

export type Values = Record<string, string | number | boolean>;

export const requests = {
  startLoad: (request: LoadRequest) => post("load", request),
  stopLoad: () => post("load/stop", {}),
  preview: (settings: Values) => post("changes", { settings }),
  apply: (id: number) => post("changes/apply", { id }),
  drop: (id: number) => post("changes/drop", { id }),
  act: (request: ActionRequest) => post("actions", request),
};
