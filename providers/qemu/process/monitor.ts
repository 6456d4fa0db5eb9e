import { connect, type Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";

interface Answer {
  return?: unknown;
  error?: { class: string; desc: string };
  QMP?: unknown;
  event?: string;
}

/**
 * Asks a machine's guest agent to shut the machine down. The agent does not answer that.
 * @param path The agent's socket, as short as a monitor's.
 */
export async function shutDown(path: string): Promise<void> {
  const socket = connect(path);
  await new Promise<void>((resolve) => {
    socket.on("error", () => {
      resolve();
    });
    socket.end(`${JSON.stringify({ execute: "guest-shutdown" })}\n`, resolve);
  });
}

/** The machine does not run, or does not answer. */
export class NoMonitor extends Error {}

/**
 * A connection to the monitor of a QEMU process: QMP, JSON in lines. When the other end closes it, waiting calls are
 * rejected with NoMonitor.
 */
export class Monitor {
  private readonly lines: Interface;
  private readonly waiting: {
    resolve: (value: unknown) => void;
    reject: (error: Error) => void;
  }[] = [];
  private isClosed = false;

  private constructor(private readonly socket: Socket) {
    this.lines = createInterface({ input: socket, crlfDelay: Infinity });
    this.lines
      .on("line", (line) => {
        this.take(JSON.parse(line) as Answer);
      })
      // The line reader also emits the socket's errors.
      .on("error", () => undefined);
    socket
      .on("error", () => undefined)
      .on("close", () => {
        this.isClosed = true;
        for (const { reject } of this.waiting.splice(0)) {
          reject(new NoMonitor("QEMU has closed its monitor"));
        }
      });
  }

  /**
   * Connects and greets.
   * @param path The socket, at most 107 bytes long: a deep one is given relative to the working folder.
   * @param timeout The timeout of the greeting, milliseconds.
   * @throws NoMonitor
   */
  static async open(path: string, timeout = 5000): Promise<Monitor> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", (error) => {
        reject(new NoMonitor(error.message));
      });
    });
    const monitor = new Monitor(socket);
    const timer = setTimeout(() => {
      socket.destroy();
    }, timeout);
    try {
      await monitor.execute("qmp_capabilities");
      return monitor;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Executes a command. @throws Error with QEMU's own words, or NoMonitor. */
  execute(command: string, args?: Record<string, unknown>): Promise<unknown> {
    if (this.isClosed) {
      return Promise.reject(new NoMonitor("QEMU has closed its monitor"));
    }
    this.socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take({ error, event, QMP: greeting, ...answer }: Answer): void {
    if (greeting !== undefined || event !== undefined) {
      return;
    }
    const next = this.waiting.shift();
    if (error) {
      next?.reject(new Error(`${error.class}: ${error.desc}`));
    } else {
      next?.resolve(answer.return);
    }
  }
}
