import type { ServerResponse } from "node:http";
import type { Message } from "../protocol.js";

/** Bytes that may wait for a reader: above the first, what is soon out of date is left out. */
export const waiting = { some: 256 * 1024, most: 4 * 1024 * 1024 };

/** From one sign of life to the next, ms. */
const keepAlive = 15_000;

/**
 * Messages as server-sent events. A reader that does not keep up misses samples and answers; one that
 * takes nothing is let go, and comes back by itself for what is known then.
 */
export class EventStream {
  private readonly timer: NodeJS.Timeout;

  /** @param headers What every answer says, besides its type. */
  constructor(
    private readonly response: ServerResponse,
    headers: Record<string, string>,
  ) {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    this.write(": the lab, live\n\n");
    this.timer = setInterval(() => {
      this.write(": still here\n\n");
    }, keepAlive);
    response.on("close", () => {
      clearInterval(this.timer);
    });
    response.on("error", () => undefined);
  }

  readonly send = (message: Message): void => {
    const passing = message.type === "sample" || message.type === "answers";
    if (!passing || this.response.writableLength < waiting.some) {
      this.write(`data: ${JSON.stringify(message)}\n\n`);
    }
  };

  private write(text: string): void {
    if (this.response.destroyed || this.response.writableEnded) {
      return;
    }
    this.response.write(text);
    if (this.response.writableLength > waiting.most) {
      this.response.destroy();
    }
  }
}
