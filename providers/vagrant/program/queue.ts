import { setTimeout as sleep } from "node:timers/promises";
import { showLine, type Progress } from "./progress";
import { Cancelled, type Programs } from "./run";
import { callVagrant, VagrantError, type Line, type Place } from "./vagrant";

/** Durations, milliseconds. */
export interface Timing {
  /** The time that a call waits for others that ask the same of another machine. */
  batchDelay: number;
  /** The pause after the first refusal by a lock; it doubles up to `maxLockPause`. */
  lockPause: number;
  maxLockPause: number;
  /** The total time to wait for a lock. */
  lockTimeout: number;
  /** The pause between attempts to log in to a machine. */
  loginPause: number;
}

/** The durations for real use. */
export const defaultTiming: Timing = {
  batchDelay: 250,
  lockPause: 2_000,
  maxLockPause: 15_000,
  lockTimeout: 300_000,
  loginPause: 3_000,
};

const commands = {
  status: ["status"],
  sshConfig: ["ssh-config"],
  // A machine whose provisioning fails stays, to be inspected and recorded.
  up: ["up", "--no-destroy-on-error"],
  provision: ["up", "--provision", "--no-destroy-on-error"],
  reload: ["reload", "--provision"],
  destroy: ["destroy", "--force"],
} as const;

/** The requests that Vagrant takes. */
export type Verb = keyof typeof commands;

interface Job {
  verb: Verb;
  name: string;
  progress: Progress | undefined;
  resolve: (lines: readonly Line[]) => void;
  reject: (error: Error) => void;
}

/**
 * The calls of one place, one after the other. Two Vagrant processes at the same time would hit each other's locks and
 * race on the upload of a box, and a `status` beside an `up` can wipe the new machine's record. The same request for
 * several machines at the same time is one call, in which Vagrant handles them side by side if its provider can.
 */
export class Queue {
  private jobs: Job[] = [];
  private working = false;

  constructor(
    private readonly programs: Programs,
    private readonly place: Place,
    private readonly timing: Timing,
  ) {}

  /** True while a call runs or waits. */
  get busy(): boolean {
    return this.working;
  }

  /** Sends a request. Resolves to Vagrant's output, and rejects with the VagrantError of this machine. */
  ask(verb: Verb, name: string, progress?: Progress): Promise<readonly Line[]> {
    return new Promise((resolve, reject) => {
      this.jobs.push({ verb, name, progress, resolve, reject });
      if (!this.working) {
        this.working = true;
        void this.work();
      }
    });
  }

  private async work(): Promise<void> {
    while (this.jobs.length > 0) {
      await sleep(this.timing.batchDelay);
      const verb = this.jobs[0]?.verb;
      const batch = this.jobs.filter((job) => job.verb === verb);
      this.jobs = this.jobs.filter((job) => job.verb !== verb);
      await this.carryOut(batch).catch((error: unknown) => {
        for (const job of batch) {
          job.reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    }
    this.working = false;
  }

  /** Runs one call for all jobs, and again for those that were held back by a lock or by another's failure. */
  private async carryOut(batch: readonly Job[]): Promise<void> {
    const deadline = Date.now() + this.timing.lockTimeout;
    let pause = this.timing.lockPause;
    let waiting = batch;
    while (waiting.length > 0) {
      const error = await this.call(waiting);
      if (!error) {
        return;
      }
      if (waiting.length > 1 && waiting[0]?.verb === "sshConfig") {
        // One machine that is not ready must not keep the answer from the others.
        for (const job of waiting) {
          await this.carryOut([job]);
        }
        return;
      }
      const { locked, skipped } = settle(waiting, error, Date.now() + pause < deadline);
      if (locked.length > 0) {
        for (const { name, progress } of locked) {
          const seconds = Math.ceil(pause / 1000);
          progress?.status(
            `another Vagrant process holds the lock of ${name}; trying again in ${seconds} s`,
          );
        }
        await this.pause(pause);
        pause = Math.min(pause * 2, this.timing.maxLockPause);
      }
      waiting = [...locked, ...skipped];
    }
  }

  /** Runs one Vagrant process. On success its jobs are resolved, on failure the error is returned. */
  private async call(jobs: readonly Job[]): Promise<VagrantError | undefined> {
    const [first] = jobs;
    if (!first) {
      return undefined;
    }
    // Status is asked for all machines, so that one answer serves every job. The jobs come in random order, so the
    // names are sorted.
    const names = first.verb === "status" ? [] : [...new Set(jobs.map((job) => job.name))].sort();
    const args = [...commands[first.verb], ...names];
    try {
      const lines = await callVagrant(this.programs, this.place, args, (line) => {
        for (const job of jobs) {
          if (job.progress && (line.target === "" || line.target === job.name)) {
            showLine(line, job.progress);
          }
        }
      });
      for (const job of jobs) {
        job.resolve(lines);
      }
      return undefined;
    } catch (error) {
      if (error instanceof VagrantError) {
        return error;
      }
      throw error;
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    const { signal } = this.programs;
    await sleep(milliseconds, undefined, { signal }).catch(() => {
      throw new Cancelled();
    });
  }
}

/** Gives each job of a failed call its own outcome; returns those that deserve another attempt. */
function settle(jobs: readonly Job[], error: VagrantError, canWait: boolean) {
  const locked: Job[] = [];
  const skipped: Job[] = [];
  const started = mentioned(error, jobs, "start");
  const finished = mentioned(error, jobs, "end");
  for (const job of jobs) {
    const own = error.about(job.name);
    if (own === undefined && finished.has(job.name)) {
      job.resolve(error.lines);
    } else if (canWait && (own === undefined ? lockKinds.has(error.kind) : isLockText(own))) {
      locked.push(job);
    } else if (own === undefined && started.size > 0 && !started.has(job.name)) {
      // Without parallelism Vagrant stops at the first machine that fails.
      skipped.push(job);
    } else {
      job.reject(new VagrantError(own ?? error.message, error.kind, error.lines));
    }
  }
  return { locked, skipped };
}

/** The machines of these jobs whose action started, or ended well, according to Vagrant. */
function mentioned(error: VagrantError, jobs: readonly Job[], edge: "start" | "end"): Set<string> {
  const found = error.lines.filter(
    ({ type, target, data }) =>
      type === "action" &&
      data[1] === edge &&
      jobs.some((job) => job.name === target && commands[job.verb][0] === data[0]),
  );
  return new Set(found.map((line) => line.target));
}

const lockKinds = new Set([
  "Vagrant::Errors::MachineActionLockedError",
  "Vagrant::Errors::EnvironmentLockedError",
  "Vagrant::Errors::MachineLocked",
]);

/** When several machines fail at the same time, Vagrant gives no class for each, only the text. */
function isLockText(text: string): boolean {
  return /another process is already executing an action on the machine|lock is being held by another instance of Vagrant/.test(
    text.replaceAll("\n", " "),
  );
}
