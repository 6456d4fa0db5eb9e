import { type CommandLine, RemoteProcess } from "../../components/ssh/remoteProcess.js";
import type { AddressMove, LostLink } from "./result.js";

/** A machine whose kernel is asked: what starts a shell there that reads commands from its standard input. */
export interface Watched {
  machine: string;
  shell: CommandLine;
  /** Words of `ip -o` that report every change, such as "monitor link address", and those that print what is so now. */
  changes: string;
  now?: string;
}

/** Watches which directors get the packets for an address, and when one loses its link, as kernels report it. */
export abstract class KernelWatch {
  readonly moves: AddressMove[] = [];
  readonly lostLinks: LostLink[] = [];
  private readonly processes: RemoteProcess[];
  private wake: () => void = () => undefined;

  protected constructor(watched: Watched[]) {
    this.processes = watched.map(({ machine, shell, changes, now }) => {
      const process = new RemoteProcess(shell, (line) => {
        this.take(machine, line);
      });
      const first = now === undefined ? "" : `ip -o ${now}; `;
      process.write(`ip -o ${changes} & ${first}cat >/dev/null; kill $!\n`);
      return process;
    });
  }

  /** The directors that get packets for the address now. */
  holders(): string[] {
    const last = new Map(this.moves.map(({ director, has }) => [director, has]));
    return [...last].filter(([, has]) => has).map(([director]) => director);
  }

  /**
   * Waits until a condition holds, which is asked at each move.
   * @returns False when it has not held within the timeout, milliseconds.
   */
  async until(condition: () => boolean, timeout: number): Promise<boolean> {
    const deadline = Date.now() + timeout;
    while (!condition()) {
      const left = deadline - Date.now();
      if (left <= 0 || !this.processes.every(({ isRunning }) => isRunning)) {
        return false;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }

  /** Ends the shells. */
  async close(): Promise<void> {
    for (const process of this.processes) {
      process.end();
    }
    await Promise.all(this.processes.map(({ ended }) => ended));
  }

  /** A line of `ip -o` of a machine. */
  protected abstract take(machine: string, line: string): void;

  protected takeLink(director: string, line: string): void {
    if (/<[^>]*\bNO-CARRIER\b/.test(line)) {
      this.lostLinks.push({ director, at: Date.now() / 1000 });
    }
  }

  protected move(director: string, has: boolean): void {
    this.moves.push({ director, has, at: Date.now() / 1000 });
    this.wake();
  }
}
