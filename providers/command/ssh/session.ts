import type { Client, ClientChannel, SFTPWrapper } from "ssh2";

/**
 * Internal parts of ssh2 (in the version that package.json pins). They are needed for three reasons. `exec` opens a
 * channel and starts the command in one step, but only what is lost before the start may be tried again. And ssh2 never
 * asks whether a variable was accepted, and pings for itself alone.
 */
interface Inner {
  _callbacks: (() => void)[];
  _chanMgr: { add(opened: Opened): number };
  _protocol: {
    session(channel: number, window: number, packet: number): void;
    env(channel: number, name: string, value: string, wantReply: boolean): void;
    exec(channel: number, command: string, wantReply: boolean): void;
    signal(channel: number, name: string): void;
    ping(): void;
  };
}

type Opened = ((error: Error | undefined, channel: ClientChannel) => void) & { type: string };

interface InnerChannel {
  outgoing: { id: number; state: string };
  subtype: string;
  allowHalfOpen: boolean;
  _callbacks: ((failed: boolean | Error) => void)[];
}

const [window, packet] = [2 * 1024 * 1024, 32 * 1024];

/** The server refused another channel: it has as many as it allows. */
export class ChannelRefused extends Error {}

/** Opens a channel for a command, without starting one. @throws ChannelRefused. */
export function openSession(client: Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      if (error) {
        reject(refusal(error));
      } else {
        resolve(channel);
      }
    };
    const inner = client as unknown as Inner;
    const id = inner._chanMgr.add(Object.assign(opened, { type: "session" }));
    inner._protocol.session(id, window, packet);
  });
}

/** Opens a channel for file transfers. @throws ChannelRefused. */
export function openSftp(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => {
      if (error) {
        reject(refusal(error));
      } else {
        resolve(sftp);
      }
    });
  });
}

function refusal(error: Error): Error {
  // A number is the server's own reason. There is none when the connection was lost.
  const { reason } = error as Error & { reason?: unknown };
  if (typeof reason !== "number") {
    return error;
  }
  const names = ["", "administratively prohibited", "connect failed", "unknown channel type"];
  const name = names[reason] ?? "resource shortage";
  const said = error.message.replace(/^.*Channel open failure: /, "");
  return new ChannelRefused(`ssh: rejected: ${name} (${said})`);
}

/** Resolves when the server has answered over this connection. @throws Error when the connection is lost. */
export function ping(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = () => {
      reject(new Error("the connection was closed"));
    };
    client.once("close", lost);
    const inner = client as unknown as Inner;
    inner._callbacks.push(() => {
      client.off("close", lost);
      resolve();
    });
    inner._protocol.ping();
  });
}

/** Sets a variable of the command that is about to start; false when the server does not accept it. */
export function setVariable(channel: ClientChannel, name: string, value: string): Promise<boolean> {
  return request(channel, (protocol, id) => {
    protocol.env(id, name, value, true);
  });
}

/** Sends a signal to the program of a channel, also when its input has ended already. */
export function sendSignal(channel: ClientChannel, name: string): void {
  const inner = channel as unknown as InnerChannel & { _client: Inner };
  if (inner.outgoing.state === "open" || inner.outgoing.state === "eof") {
    inner._client._protocol.signal(inner.outgoing.id, name);
  }
}

/** Starts the command; false when the server refuses. */
export async function start(channel: ClientChannel, command: string): Promise<boolean> {
  const started = await request(channel, (protocol, id) => {
    protocol.exec(id, command, true);
  });
  Object.assign(channel as unknown as InnerChannel, { subtype: "exec", allowHalfOpen: true });
  return started;
}

function request(
  channel: ClientChannel,
  send: (protocol: Inner["_protocol"], id: number) => void,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const inner = channel as unknown as InnerChannel & { _client: Inner };
    if (inner.outgoing.state !== "open") {
      reject(new Error("the connection was closed"));
      return;
    }
    inner._callbacks.push((failed) => {
      if (failed instanceof Error) {
        reject(failed);
      } else {
        resolve(!failed);
      }
    });
    send(inner._client._protocol, inner.outgoing.id);
  });
}
