import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "ssh2";
import { DialError, type Unverified } from "../../../components/ssh/client";
import type { Reporter } from "../display";
import { Failure, stopped, unlessStopped } from "../failure";
import { MachineConnections, defaultUsage, type PooledConnection, type Usage } from "./connections";
import { checkLogin, keyOf, type Connection } from "./login";
import { ChannelRefused, ping } from "./session";

/** A channel, and the function that gives it back. */
export interface OpenChannel<T> {
  channel: T;
  release: () => void;
}

// The number of refusals after which a server that never allows a channel is given up.
const maxRefusals = 12;
/** The time for a connection to answer that it has opened a channel, milliseconds. */
const openTimeout = 15_000;

/** All connections of this process, one set for each login. */
export class Pool {
  private readonly machines = new Map<string, MachineConnections>();
  private readonly told = new Set<string>();

  constructor(private readonly usage: Usage = defaultUsage) {}

  /**
   * Opens a channel to a machine over a connection of the pool, or over a new one. Failed attempts are repeated within
   * the connection's limits.
   * @throws Failure with the words of the last attempt, whose DialError is its cause, or because `signal` aborted.
   */
  async open<T>(
    connection: Connection,
    opener: (client: Client) => Promise<T>,
    reporter: Reporter,
    signal: AbortSignal,
  ): Promise<OpenChannel<T>> {
    checkLogins(connection);
    const machine = this.machine(connection, reporter);
    const failures = { machine: 0, proxy: 0 };
    let refusals = 0;
    for (;;) {
      let kept: PooledConnection | undefined;
      try {
        kept = await machine.take(signal);
        const channel = await unlessStopped(signal, withTimeout(openTimeout, opener(kept.client)));
        kept.accepted();
        const place = kept;
        const release = once(() => {
          place.closedOne();
          machine.give(place);
        });
        return { channel, release };
      } catch (error) {
        if (kept) {
          this.settle(machine, kept, error);
        }
        if (signal.aborted) {
          throw stopped(signal);
        }
        if (error instanceof ChannelRefused) {
          refusals = kept?.active === 0 ? refusals + 1 : refusals;
          if (refusals > maxRefusals) {
            throw new Failure(error.message);
          }
        } else {
          await waitBeforeRetry(connection, failures, error as Error, reporter, signal);
        }
      }
    }
  }

  /**
   * True when a machine with exactly this host key answers now over a connection of the pool, or over one that is being
   * made. False if there is none, or no answer within the timeout in milliseconds.
   */
  async answers(login: Pick<Connection, "host" | "port" | "hostKey">, timeout: number) {
    const machine = [...this.machines.values()].find((one) => one.isTo(login));
    if (machine === undefined) {
      return false;
    }
    try {
      const kept = await machine.take(AbortSignal.timeout(timeout));
      try {
        await withTimeout(timeout, ping(kept.client));
        return true;
      } finally {
        machine.give(kept);
      }
    } catch {
      return false;
    }
  }

  /** Ends all connections. */
  end(): void {
    for (const machine of this.machines.values()) {
      machine.end();
    }
  }

  /** Decides about a connection over which a channel could not be opened. */
  private settle(machine: MachineConnections, kept: PooledConnection, error: unknown): void {
    if (error instanceof ChannelRefused) {
      kept.refused();
    } else if (error instanceof NoAnswer) {
      machine.abandon(kept);
      if (kept.active === 1) {
        kept.destroy();
      }
    }
    machine.give(kept);
  }

  private machine(connection: Connection, reporter: Reporter): MachineConnections {
    const key = keyOf(connection);
    const known = this.machines.get(key);
    if (known) {
      return known;
    }
    const unverified: Unverified = (login, shown) => {
      const at = `${login.host}:${login.port}`;
      if (!this.told.has(`${at} ${shown}`)) {
        this.told.add(`${at} ${shown}`);
        const text = `The SSH host key of ${at} is taken as it comes (${shown}): set hostKey to have it verified.`;
        reporter.say("WARNING", text);
      }
    };
    const made = new MachineConnections(connection, unverified, this.usage);
    this.machines.set(key, made);
    return made;
  }
}

/** A connection over which no answer came. */
class NoAnswer extends Error {}

async function withTimeout<T>(timeout: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer("the machine does not answer over the connection that it has accepted"));
    }, timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) {
      done = true;
      work();
    }
  };
}

function checkLogins(connection: Connection): void {
  checkLogin(connection);
  if (connection.proxy) {
    try {
      checkLogin(connection.proxy);
    } catch (error) {
      throw new Failure(`proxy: ${(error as Error).message}`);
    }
  }
}

/** Counts a failed attempt and waits before the next one. @throws when no further attempt is allowed. */
async function waitBeforeRetry(
  connection: Connection,
  failures: { machine: number; proxy: number },
  error: Error,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const onTheWay = error instanceof DialError && error.stage === "proxy";
  const where = onTheWay ? "proxy" : "machine";
  const limit = (onTheWay ? connection.proxy : connection)?.dialErrorLimit ?? 10;
  const before = failures[where]++;
  const isPermanent = error instanceof DialError && error.isPermanent;
  if (isPermanent || (limit >= 0 && failures[where] > limit)) {
    // The first words are the official plugin's, whose count leaves out the last attempt.
    const words = `after ${isPermanent ? failures[where] : before} failed attempts: ${error.message}`;
    throw new Failure(onTheWay || connection.proxy ? `proxy: ${words}` : words, undefined, {
      cause: error,
    });
  }
  const what = onTheWay ? "Dial proxy" : "Dial";
  reporter.status(`${what} ${failures[where]}/${limit < 0 ? "inf" : limit} failed: retrying`);
  const pause = Math.min(100 * 1.5 ** before, 5_000);
  await sleep(pause, undefined, { signal }).catch(() => {
    throw stopped(signal);
  });
}
