import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The pause between two attempts, milliseconds. */
const pause = 100;

/**
 * Waits until an SSH server sends its greeting on a port of 127.0.0.1, which is forwarded to a machine that boots. QEMU
 * accepts connections there before its machine does, so a connection alone proves nothing. A connection made while the
 * machine's network is down is answered seconds too late or never, so each attempt ends after a tenth of the time that
 * the machine has taken so far: soon on a fast machine, late on a slow one.
 * @param check Called after each failed attempt. It ends the waiting by throwing.
 */
export async function greeted(port: number, check: () => void | Promise<void>): Promise<void> {
  const begin = Date.now();
  while (!(await answersSsh(port, Math.max(500, (Date.now() - begin) / 10)))) {
    await check();
    await sleep(pause);
  }
}

/** @param timeout Milliseconds. */
function answersSsh(port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answers: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answers);
    };
    const timer = setTimeout(end, timeout, false);
    socket
      .once("data", (data) => {
        end(data.toString("latin1").startsWith("SSH-"));
      })
      .once("error", () => {
        end(false);
      })
      .once("close", () => {
        end(false);
      });
  });
}
