import { connect } from "node:net";

/**
 * True when an SSH server sends its greeting on a port of 127.0.0.1. QEMU accepts connections there before its machine
 * does, so a connection alone proves nothing.
 * @param timeout Milliseconds.
 */
export function answersSsh(port: number, timeout = 2000): Promise<boolean> {
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
