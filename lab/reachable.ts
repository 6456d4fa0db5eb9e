import { connect } from "node:net";

/**
 * True when an SSH server sends its greeting within three seconds. An open port alone proves nothing: it may be
 * forwarded to a machine that is down.
 */
export function isReachable(host?: string, port?: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (!host || !port) {
      resolve(false);
      return;
    }
    const socket = connect({ host, port });
    const done = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(3000, () => {
      done(false);
    });
    socket.once("data", (data) => {
      done(data.toString().startsWith("SSH-"));
    });
    socket.once("error", () => {
      done(false);
    });
    socket.once("close", () => {
      done(false);
    });
  });
}
