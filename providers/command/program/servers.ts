import { setTimeout as sleep } from "node:timers/promises";
import type { Reporter } from "../display";
import { unlessStopped } from "../failure";
import type { Output } from "../resources/output";
import type { End } from "../ssh/ending";
import { keyOf, type Connection } from "../ssh/login";
import type { Pool } from "../ssh/pool";
import { openSession } from "../ssh/session";
import { programFolder, type ProgramCall } from "./call";
import { CallProcess } from "./process";

/** The program's folder, and the times for its servers. */
export interface ServedOptions {
  /** The folder of the program's versions on a machine. */
  folder?: string;
  /** The time for which a server without calls is kept, milliseconds. */
  idle?: number;
}

/** The time after which a waiting call says so, milliseconds. */
const noticeDelay = 1_000;

/**
 * The servers of calls, one for each program on each machine that is logged in to. Its calls share one process, so sudo
 * and the reading of the program are paid for once.
 */
export class CallServers {
  private readonly servers = new Map<string, CallServer>();

  readonly folder: string;
  private readonly idle: number;

  constructor(
    private readonly pool: Pool,
    { folder = programFolder, idle = 15_000 }: ServedOptions = {},
  ) {
    [this.folder, this.idle] = [folder, idle];
  }

  /**
   * Runs a call when those before it have ended.
   * @returns undefined, without running anything, if the program has no server.
   * @throws Failure if the machine cannot be reached, or if `signal` aborts before the call begins.
   */
  run(
    connection: Connection,
    call: ProgramCall,
    output: Output,
    reporter: Reporter,
    signal: AbortSignal,
  ): Promise<End | undefined> {
    const key = `${keyOf(connection)} ${call.program}`;
    const server = this.servers.get(key) ?? new CallServer(this.pool, this.idle);
    this.servers.set(key, server);
    return server.run(connection, call, output, reporter, signal);
  }

  /** Ends all servers. */
  end(): void {
    for (const server of this.servers.values()) {
      server.end();
    }
  }
}

/** One program on one machine, and the queue of its calls. */
class CallServer {
  private process: CallProcess | undefined;
  /** True when the program takes no calls. */
  private refused = false;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly idle: number,
  ) {}

  async run(
    connection: Connection,
    call: ProgramCall,
    output: Output,
    reporter: Reporter,
    signal: AbortSignal,
  ): Promise<End | undefined> {
    const done = await this.turn(reporter, signal);
    try {
      // A server that is gone by now is started once more.
      for (let attempt = 0; attempt < 2; attempt++) {
        const process = await this.started(connection, call.program, reporter, signal);
        const end = await process?.run(call, output, signal);
        if (end && !signal.aborted) {
          return end;
        }
        this.end();
        if (end || !process) {
          return end;
        }
      }
      return undefined;
    } catch (error) {
      this.end();
      throw error;
    } finally {
      done();
    }
  }

  end(): void {
    clearTimeout(this.idleTimer);
    this.process?.close();
    this.process = undefined;
  }

  /** Waits until the calls before have ended. Returns the function that lets the next one begin. */
  private async turn(reporter: Reporter, signal: AbortSignal): Promise<() => void> {
    clearTimeout(this.idleTimer);
    this.waiting++;
    const before = this.last;
    let next: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      next = () => {
        resolve();
        if (--this.waiting === 0) {
          this.idleTimer = setTimeout(() => {
            this.end();
          }, this.idle).unref();
        }
      };
    });
    this.last = before.then(() => mine);
    const told = new AbortController();
    void sleep(noticeDelay, undefined, { signal: told.signal }).then(
      () => {
        reporter.status("waiting for the command before it on this machine");
      },
      () => undefined,
    );
    try {
      await unlessStopped(signal, before);
    } catch (error) {
      next();
      throw error;
    } finally {
      told.abort();
    }
    return next;
  }

  /** The server's process, which is started if there is none. */
  private async started(
    connection: Connection,
    program: string,
    reporter: Reporter,
    signal: AbortSignal,
  ): Promise<CallProcess | undefined> {
    if (this.refused || this.process?.isOver === false) {
      return this.process;
    }
    this.end();
    const process = new CallProcess(
      await this.pool.open(connection, openSession, reporter, signal),
    );
    this.process = process;
    const result = await process.start(program, signal);
    if (result === "ready") {
      return process;
    }
    this.end();
    this.refused = result === "refused";
    return undefined;
  }
}
