import type { ServerResponse } from "node:http";
import type { Message } from "../protocol.js";

/**
 * Limits of the bytes that wait for a reader. Above `dropAbove`, messages that are soon out of date are left out. Above
 * `disconnectAbove`, the reader is disconnected.
 */
export const bufferLimits = { dropAbove: 256 * 1024, disconnectAbove: 4 * 1024 * 1024 };

/** Messages that are soon out of date. */
const passing: ReadonlySet<Message["type"]> = new Set(["sample", "answers", "lasting"]);

/** The time between two heartbeats, ms. */
const heartbeatInterval = 15_000;

/**
 * Messages as server-sent events. A slow reader misses samples and answers. A reader that takes nothing is
 * disconnected; it connects again by itself and gets the state of that time.
 */
export class EventStream {
  private readonly timer: NodeJS.Timeout;

  /** @param headers Headers of every answer, besides its type. */
  constructor(
    private readonly response: ServerResponse,
    headers: Record<string, string>,
  ) {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    this.write(": the lab, live\n\n");
    this.timer = setInterval(() => {
      this.write(": still here\n\n");
    }, heartbeatInterval);
    response.on("close", () => {
      clearInterval(this.timer);
    });
    response.on("error", () => undefined);
  }

  readonly send = (message: Message): void => {
    if (!passing.has(message.type) || this.response.writableLength < bufferLimits.dropAbove) {
      this.write(`data: ${JSON.stringify(message)}\n\n`);
    }
  };

  private write(text: string): void {
    if (this.response.destroyed || this.response.writableEnded) {
      return;
    }
    this.response.write(text);
    if (this.response.writableLength > bufferLimits.disconnectAbove) {
      this.response.destroy();
    }
  }
}
