import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientChannel } from "ssh2";
import { sendSignal } from "./session";

/** The end of a program on a machine: its exit status or signal, neither if the connection was lost. */
export interface End {
  code?: number;
  signal?: string;
}

/** The time for a command to end after it was asked to, milliseconds. */
const grace = 2_000;

/** Resolves when a channel is closed. */
export function endOf(channel: ClientChannel): Promise<End> {
  const end: End = {};
  channel.on("error", () => undefined);
  channel.on("exit", (code: number | null, signal?: string) => {
    end.code = code ?? undefined;
    end.signal = signal;
  });
  return new Promise((resolve) => {
    channel.once("close", () => {
      resolve(end);
    });
  });
}

/** Waits for an end. When `signal` aborts, it asks the channel's program to end, and waits only as long as that takes. */
export async function endUnlessStopped(
  signal: AbortSignal,
  channel: ClientChannel,
  end: Promise<End>,
): Promise<End> {
  let interruption: (end: End) => void = () => undefined;
  const interrupted = new Promise<End>((resolve) => {
    interruption = resolve;
  });
  const abort = () => {
    void interrupt(channel).then(() => {
      interruption({});
    });
  };
  signal.addEventListener("abort", abort);
  if (signal.aborted) {
    abort();
  }
  try {
    return await Promise.race([end, interrupted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** The exit status as the shell has it: "1", or "143 from signal TERM". */
export function statusOf({ code, signal }: End): string {
  if (signal === undefined) {
    return String(code ?? 0);
  }
  const name = signal.replace(/^SIG/, "");
  const number = constants.signals[`SIG${name}` as NodeJS.Signals];
  return `${128 + number} from signal ${name}`;
}

/** Asks a command to end, then kills it, then leaves it alone: sshd passes no signals on for logins of root. */
async function interrupt(channel: ClientChannel): Promise<void> {
  for (const name of ["TERM", "KILL"]) {
    sendSignal(channel, name);
    await sleep(grace, undefined, { ref: false });
  }
}
