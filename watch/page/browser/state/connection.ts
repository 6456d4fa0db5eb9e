import type { LoadOrder, Message } from "../../../protocol.js";
import { link, receive } from "./model.js";

/** How long to wait where the browser itself has given up, ms. */
const patience = 2000;

/** Follows the lab's messages, and comes back after the connection was lost. */
export function follow(): void {
  const events = new EventSource("events");
  events.onopen = () => {
    link.value = "live";
  };
  events.onmessage = ({ data }: MessageEvent<string>) => {
    receive(JSON.parse(data) as Message);
  };
  events.onerror = () => {
    link.value = "lost";
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(follow, patience);
    }
  };
}

/**
 * Gives an order.
 * @param path Below the page's own, which nobody else knows.
 * @throws Error with the server's sentence, where it is not followed.
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

export const orders = {
  startLoad: (order: LoadOrder) => post("load", order),
  stopLoad: () => post("load/stop", {}),
  preview: (settings: Values) => post("changes", { settings }),
  apply: (id: number) => post("changes/apply", { id }),
  drop: (id: number) => post("changes/drop", { id }),
};
