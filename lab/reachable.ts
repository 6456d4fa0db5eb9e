import { connect } from "node:net";

/**
 * True when an SSH server sends its greeting within ten seconds: an emulated machine on a busy computer may take some of
 * them. An open port alone proves nothing: it may be forwarded to a machine that is down.
 */
export function isReachable(host?: string, port?: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (!host || !port) {
      resolve(false);
      return;
    }
    const socket = connect({ host, port });
    const finish = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(10_000, () => {
      finish(false);
    });
    socket.once("data", (data) => {
      finish(data.toString().startsWith("SSH-"));
    });
    socket.once("error", () => {
      finish(false);
    });
    socket.once("close", () => {
      finish(false);
    });
  });
}
