import { type CommandLine, RemoteProcess } from "../../components/ssh/remoteProcess.js";
import type { AddressMove, LostLink } from "./result.js";

/** Watches which directors have an address, and when one loses its link, as their kernels report it. */
export class AddressWatch {
  readonly moves: AddressMove[] = [];
  readonly lostLinks: LostLink[] = [];
  private readonly processes: RemoteProcess[];
  private wake: () => void = () => undefined;

  /**
   * @param address An IPv4 or IPv6 address, without prefix.
   * @param shells For each director, what starts a shell there that reads commands from its standard input.
   */
  constructor(
    private readonly address: string,
    shells: ReadonlyMap<string, CommandLine>,
  ) {
    this.processes = [...shells].map(([director, shell]) => {
      const process = new RemoteProcess(shell, (line) => {
        this.take(director, line);
      });
      process.write("ip -o monitor link address & ip -o address show; cat >/dev/null; kill $!\n");
      return process;
    });
  }

  /** The directors that have the address now. */
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

  /** A line of `ip -o` about a link or an address; "Deleted" begins one of an address that is gone. */
  private take(director: string, line: string): void {
    if (/<[^>]*\bNO-CARRIER\b/.test(line)) {
      this.lostLinks.push({ director, at: Date.now() / 1000 });
    }
    if (line.includes(` ${this.address}/`)) {
      this.moves.push({ director, has: !line.startsWith("Deleted"), at: Date.now() / 1000 });
      this.wake();
    }
  }
}
