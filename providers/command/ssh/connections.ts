import type { Client } from "ssh2";
import { dial, DialError, type Dialled, type Unverified } from "../../../components/ssh/client";
import { stopped } from "../failure";
import type { Connection } from "./login";

/** Limits of the use of connections. All times in milliseconds. */
export interface Usage {
  /**
   * Channels of one connection at the same time. sshd's MaxSessions is 10, and it also counts channels that are
   * closing.
   */
  channels: number;
  /** The time without progress after which a queue gets another connection. */
  stall: number;
  /** The time for which an unused connection is kept. */
  idle: number;
}

export const defaultUsage: Usage = { channels: 8, stall: 3_000, idle: 60_000 };

/** A connection of the pool. */
export class PooledConnection {
  /** The number of places that are taken. `opened` counts those whose channel is open. */
  active = 0;
  private opened = 0;
  /** The number of channels that the server has been seen to allow. */
  private limit = Infinity;
  private successStreak = 0;
  /** True when it takes no more channels, because it is lost or does not answer. */
  closed = false;
  /** The time until which the server gets no further channels, and the length of the last pause. */
  private pausedUntil = 0;
  private pause = 25;
  idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly dialled: Dialled) {}

  get client(): Client {
    return this.dialled.client;
  }

  accepts(channels: number): boolean {
    const maxActive = Math.min(channels, this.limit);
    return !this.closed && this.active < maxActive && Date.now() >= this.pausedUntil;
  }

  /**
   * Records that the server refused a channel. The connection keeps only its open channels, and tries another one after
   * a pause. The server also counts closing channels, so the limit is raised again after a while.
   */
  refused(): void {
    this.limit = Math.max(1, this.opened);
    this.successStreak = 0;
    if (Date.now() >= this.pausedUntil) {
      this.pause = Math.min(this.pause * 2, 1_000);
      this.pausedUntil = Date.now() + this.pause;
    }
  }

  accepted(): void {
    this.opened++;
    this.pause = 25;
    if (++this.successStreak >= 50) {
      this.successStreak = 0;
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

  /** Closes a connection that does not answer, without a goodbye. */
  destroy(): void {
    this.closed = true;
    clearTimeout(this.idleTimer);
    this.dialled.client.destroy();
    this.dialled.proxy?.destroy();
  }
}

interface Waiter {
  resolve(kept: PooledConnection): void;
  reject(error: Error): void;
}

/**
 * The connections to one machine as one user. One connection is used as long as that is enough. A request that finds no
 * channel waits in a queue. When the queue makes no progress, because long commands have every channel, another
 * connection is made: a waiting command may be the one that another command waits for.
 */
export class MachineConnections {
  private readonly open = new Set<PooledConnection>();
  private readonly queue: Waiter[] = [];
  private dialling = false;
  private movedAt = Date.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly unverified: Unverified,
    private readonly usage: Usage = defaultUsage,
  ) {}

  /** True for connections to this place that check this host key, without a proxy. */
  isTo({ host, port, hostKey }: Pick<Connection, "host" | "port" | "hostKey">): boolean {
    const { connection } = this;
    return (
      connection.proxy === undefined &&
      connection.hostKey === hostKey &&
      connection.host === host &&
      connection.port === port
    );
  }

  /** Takes a place for one channel. @throws DialError when an attempt to connect failed. */
  async take(signal: AbortSignal): Promise<PooledConnection> {
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
  give(kept: PooledConnection): void {
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

  /** Takes no more channels over a connection. It ends when its present channels have ended. */
  abandon(kept: PooledConnection): void {
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

  /** Makes a connection when there is none or the queue makes no progress; else looks again later. */
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

  /** One handshake at a time: sshd's MaxStartups refuses clients that make many. */
  private async connect(): Promise<void> {
    this.dialling = true;
    try {
      const kept = new PooledConnection(await dial(this.connection, this.unverified));
      this.open.add(kept);
      // Its users learn of an error through their channels.
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
      // A failure goes to everyone who waits. But while other connections work, waiting is no failure.
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
