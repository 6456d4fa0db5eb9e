import type { Client } from "ssh2";
import { stopped } from "../failure";
import { dial, DialError, type Dialled, type Unverified } from "./dial";
import type { Connection } from "./login";

/** How connections are used. All times in milliseconds. */
export interface Usage {
  /** Channels of one connection at a time: sshd's MaxSessions is 10, and counts those that close. */
  channels: number;
  /** After how long without any movement a queue gets a further connection. */
  stall: number;
  /** How long a connection that nobody needs is kept. */
  idle: number;
}

export const usual: Usage = { channels: 8, stall: 3_000, idle: 60_000 };

/** One connection that is kept. */
export class Kept {
  /** Places that are taken, and those of them whose channel is open. */
  active = 0;
  private opened = 0;
  /** How many channels the server has shown to allow. */
  private limit = Infinity;
  private luck = 0;
  /** Whether it takes no more channels: it is lost, or does not answer. */
  closed = false;
  /** Until when the server refuses further channels, and for how long it was left alone last. */
  private pausedUntil = 0;
  private pause = 25;
  idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly dialled: Dialled) {}

  get client(): Client {
    return this.dialled.client;
  }

  accepts(channels: number): boolean {
    const most = Math.min(channels, this.limit);
    return !this.closed && this.active < most && Date.now() >= this.pausedUntil;
  }

  /**
   * The server refused a channel: it gets no more than it has, and is asked again a little later. Those
   * that are being closed count as well, so the limit is tried out again after a while.
   */
  refused(): void {
    this.limit = Math.max(1, this.opened);
    this.luck = 0;
    if (Date.now() >= this.pausedUntil) {
      this.pause = Math.min(this.pause * 2, 1_000);
      this.pausedUntil = Date.now() + this.pause;
    }
  }

  accepted(): void {
    this.opened++;
    this.pause = 25;
    if (++this.luck >= 50) {
      this.luck = 0;
      this.limit++;
    }
  }

  closedOne(): void {
    this.opened--;
  }

  end(): void {
    this.closed = true;
    clearTimeout(this.idleTimer);
    this.dialled.client.end();
    this.dialled.proxy?.end();
  }

  /** For a connection that does not answer: nobody says goodbye. */
  destroy(): void {
    this.closed = true;
    clearTimeout(this.idleTimer);
    this.dialled.client.destroy();
    this.dialled.proxy?.destroy();
  }
}

interface Waiter {
  resolve(kept: Kept): void;
  reject(error: Error): void;
}

/**
 * The kept connections to one machine as one user: one, as long as that is enough. What finds no channel
 * waits in a queue. Where nothing moves in it, because every channel is taken by something long, a
 * further connection is made: a command that waits for another one must not keep that from starting.
 */
export class KeptConnections {
  private readonly open = new Set<Kept>();
  private readonly queue: Waiter[] = [];
  private dialling = false;
  private movedAt = Date.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly unverified: Unverified,
    private readonly usage: Usage = usual,
  ) {}

  /** Takes a place for one channel. Throws DialError where one attempt to connect failed. */
  async take(signal: AbortSignal): Promise<Kept> {
    if (signal.aborted) {
      throw stopped(signal);
    }
    return new Promise((resolve, reject) => {
      const settle = () => {
        signal.removeEventListener("abort", abort);
      };
      const waiter: Waiter = {
        resolve: (kept) => {
          settle();
          resolve(kept);
        },
        reject: (error: Error) => {
          settle();
          reject(error);
        },
      };
      const abort = () => {
        this.queue.splice(this.queue.indexOf(waiter), 1);
        waiter.reject(stopped(signal));
      };
      signal.addEventListener("abort", abort);
      if (this.queue.length === 0) {
        this.movedAt = Date.now();
      }
      this.queue.push(waiter);
      this.serve();
    });
  }

  /** Gives a place back. */
  give(kept: Kept): void {
    kept.active--;
    this.movedAt = Date.now();
    if (kept.active === 0) {
      if (kept.closed) {
        kept.end();
      } else {
        kept.idleTimer = setTimeout(() => {
          this.open.delete(kept);
          kept.end();
        }, this.usage.idle);
      }
    }
    this.serve();
  }

  /** Takes no more channels over a connection; it is ended when those that it has are. */
  abandon(kept: Kept): void {
    this.open.delete(kept);
    kept.closed = true;
  }

  /** Ends all connections. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const kept of this.open) {
      kept.end();
    }
    this.open.clear();
  }

  private serve(): void {
    while (this.queue.length > 0) {
      const free = [...this.open].find((kept) => kept.accepts(this.usage.channels));
      if (!free) {
        break;
      }
      clearTimeout(free.idleTimer);
      free.active++;
      this.movedAt = Date.now();
      this.queue.shift()?.resolve(free);
    }
    if (this.queue.length > 0) {
      this.wait();
    }
  }

  /** Makes a connection where there is none or nothing moves; else looks again later. */
  private wait(): void {
    const stalled = Date.now() - this.movedAt >= this.usage.stall;
    if (!this.dialling && (this.open.size === 0 || stalled)) {
      void this.connect();
      return;
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.serve();
    }, 50);
  }

  /** One handshake at a time: sshd's MaxStartups turns away who comes with many. */
  private async connect(): Promise<void> {
    this.dialling = true;
    try {
      const kept = new Kept(await dial(this.connection, this.unverified));
      this.open.add(kept);
      // Those who use it are told by their channels.
      kept.client.on("error", () => undefined);
      kept.client.on("close", () => {
        this.open.delete(kept);
        kept.end();
        this.serve();
      });
      if (this.queue.length === 0) {
        kept.idleTimer = setTimeout(() => {
          this.open.delete(kept);
          kept.end();
        }, this.usage.idle);
      }
    } catch (error) {
      // Whoever waits counts the failure as its own; while others work, waiting is no failure.
      if (this.open.size === 0) {
        const failure = error instanceof DialError ? error : new DialError(String(error));
        for (const waiter of this.queue.splice(0)) {
          waiter.reject(failure);
        }
      }
    } finally {
      this.dialling = false;
      this.movedAt = Date.now();
    }
    this.serve();
  }
}
