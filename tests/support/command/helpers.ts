import { existsSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../../../tools/bench/engines/plugin";

/** As many as wanted, each made from its number. */
export function many<T>(count: number, one: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => one(i));
}

/** Waits until something is so; throws where it is not within 15 seconds. */
export async function until(is: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!is()) {
    if (Date.now() > end) {
      throw new Error(`waited in vain for ${what}`);
    }
    await sleep(20);
  }
}

/** What a command has printed, as the state holds it. */
export function stdoutOf({ properties }: Answer): unknown {
  return properties?.stdout;
}

/** Whether a process is there. */
export function running(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** A server on 127.0.0.1 that knows no SSH. */
export async function listen(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let count = 0;
  const server: Server = createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
    return port;
  };
  return { port, close, count: () => count };
}
