import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AnyAuthMethod, Client, ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";
import { place } from "../args/place";
import { agentOf, fingerprint, parseHostKey, type Login } from "./login";

/** Where an attempt to reach a machine failed: at the proxy, on the way from there, or at the machine itself. */
export type DialStage = "proxy" | "forward" | "machine";

interface DialDetails {
  stage?: DialStage;
  /** The fingerprint of the host key that was shown instead of the pinned one. */
  shownKey?: string;
  /** True when the server answered and refused the login. */
  refused?: boolean;
}

/** A failed attempt to reach a machine. */
export class DialError extends Error {
  readonly stage: DialStage;
  readonly shownKey?: string;
  readonly refused: boolean;

  constructor(message: string, { stage = "machine", shownKey, refused = false }: DialDetails = {}) {
    super(message);
    [this.stage, this.shownKey, this.refused] = [stage, shownKey, refused];
  }

  /**
   * True when another attempt would fail the same way. After a few refused logins, a server or its fail2ban would also
   * lock this computer out.
   */
  get isPermanent(): boolean {
    return this.shownKey !== undefined || this.refused;
  }
}

/** Why a machine, or the proxy on the way to it, could not be reached: a DialError in plain values. */
export interface Unreachable {
  why: string;
  /** True when it failed at the proxy, or the proxy could not connect further. */
  atProxy?: boolean;
  /** The fingerprint of the host key that was shown instead of the pinned one. */
  shownKey?: string;
  /** True when the server refused the login. */
  refused?: boolean;
}

/** The plain values of an error, without properties that do not apply. */
export function unreachableBy(error: DialError): Unreachable {
  const { message: why, stage, shownKey, refused } = error;
  return {
    why,
    atProxy: stage !== "machine",
    ...(shownKey === undefined ? {} : { shownKey }),
    ...(refused ? { refused } : {}),
  };
}

/** A connection that is logged in, and its proxy's connection. */
export interface Dialled {
  client: Client;
  proxy?: Client;
}

/** Called with the fingerprint of a host key when no key is pinned. */
export type Unverified = (login: Login, shown: string) => void;

// A connection without an answer for a minute is lost.
const [keepaliveInterval, keepaliveCountMax] = [10_000, 6];

/** Makes one attempt to log in, through the proxy if there is one. @throws DialError. */
export async function dial(
  connection: Login & { proxy?: Login },
  unverified: Unverified,
): Promise<Dialled> {
  const { proxy: through } = connection;
  if (!through) {
    return { client: await logIn(connection, () => openSocket(connection), unverified) };
  }
  const proxy = await logIn(through, () => openSocket(through), unverified).catch(atProxy);
  try {
    const connect = () => forward(proxy, connection);
    return { client: await logIn(connection, connect, unverified), proxy };
  } catch (error) {
    proxy.end();
    throw error;
  }
}

function atProxy(error: unknown): never {
  const { message, shownKey, refused } = error as DialError;
  throw new DialError(message, { stage: "proxy", shownKey, refused });
}

/** Connects over TCP. */
function openSocket({ host, port, perDialTimeout }: Login): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, keepAlive: true });
    const fail = (reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new DialError(reason));
    };
    const timer =
      perDialTimeout > 0
        ? setTimeout(() => {
            fail(`dial tcp ${place(host, port)}: i/o timeout`);
          }, perDialTimeout * 1000)
        : undefined;
    socket.once("error", (error: NodeJS.ErrnoException & { address?: string }) => {
      const lookup = error.syscall === "getaddrinfo";
      fail(
        lookup
          ? `dial tcp: lookup ${host}: ${error.code === "ENOTFOUND" ? "no such host" : error.message}`
          : `dial tcp ${place(error.address ?? host, port)}: connect: ${reasonOf(error)}`,
      );
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

const reasons: Partial<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ETIMEDOUT: "connection timed out",
  ECONNRESET: "connection reset by peer",
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ""] ?? error.message;
}

function forward(proxy: Client, { host, port }: Login): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    proxy.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
      if (error) {
        const said = error.message.replace(/^.*Channel open failure: /, "");
        const words = `ssh: rejected: connect failed (${said})`;
        reject(new DialError(words, { stage: "forward" }));
      } else {
        resolve(channel);
      }
    });
  });
}

/**
 * Connects and logs in. It ends the connection when that fails.
 * @throws Error, before it connects, if the pinned host key is not a key; else DialError.
 */
async function logIn(
  login: Login,
  connect: () => Promise<Socket | Duplex>,
  unverified: Unverified,
): Promise<Client> {
  // Loaded here, because a program that only runs in mocks does not need it.
  const { default: ssh2 } = await import("ssh2");
  const client = new ssh2.Client();
  const pinned = login.hostKey === undefined ? undefined : parseHostKey(login.hostKey);
  const sock = await connect();
  let mismatch: string | undefined;
  let offered: string[] = [];
  const config: ConnectConfig = {
    sock,
    username: login.user,
    readyTimeout: login.perDialTimeout * 1000,
    keepaliveInterval,
    keepaliveCountMax,
    algorithms: pinned && { serverHostKey: algorithmsOf(pinned.type) },
    hostVerifier: (key: Buffer) => {
      if (!pinned) {
        unverified(login, fingerprint(key));
        return true;
      }
      if (key.toString("base64") !== pinned.data) {
        mismatch = fingerprint(key);
      }
      return mismatch === undefined;
    },
    authHandler: (_left: string[] | null, _partial, next) => {
      const method = authMethods(login, offered);
      offered = method.tried;
      // The types cannot express that no method is left.
      (next as (method: AnyAuthMethod | false) => void)(method.next ?? false);
    },
  };
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("ready", resolve);
      client.on("error", reject);
      client.once("close", () => {
        reject(new Error("EOF"));
      });
      client.connect(config);
    });
  } catch (error) {
    client.on("error", () => undefined);
    client.destroy();
    sock.destroy();
    const refused = (error as { level?: string }).level === "client-authentication";
    const why =
      mismatch === undefined
        ? handshakeProblem(login, offered, pinned?.type, error as Error)
        : `ssh: host key mismatch: ${place(login.host, login.port)} shows ${mismatch}`;
    throw new DialError(`ssh: handshake failed: ${why}`, { shownKey: mismatch, refused });
  }
  return client;
}

/** The next method of authentication. Each is tried once, and only the given key of several. */
function authMethods(login: Login, tried: string[]): { next?: AnyAuthMethod; tried: string[] } {
  const { user: username, privateKey, privateKeyPassword: passphrase, password } = login;
  const agent = agentOf(login);
  const ways: [string, AnyAuthMethod][] = [["none", { type: "none", username }]];
  if (privateKey !== undefined) {
    ways.push(["publickey", { type: "publickey", username, key: privateKey, passphrase }]);
  }
  if (password !== undefined) {
    ways.push(["password", { type: "password", username, password }]);
    const prompt = (...words: unknown[]) => {
      const [prompts, finish] = words.slice(-2) as [unknown[], (answers: string[]) => void];
      finish(prompts.map(() => password));
    };
    ways.push(["keyboard-interactive", { type: "keyboard-interactive", username, prompt }]);
  }
  if (agent !== undefined && privateKey === undefined) {
    ways.push(["publickey", { type: "agent", username, agent }]);
  }
  const way = ways.find(([name]) => !tried.includes(name));
  return way ? { next: way[1], tried: [...tried, way[0]] } : { tried };
}

function handshakeProblem(login: Login, tried: string[], type = "", error: Error): string {
  const { level } = error as Error & { level?: string };
  if (level === "client-authentication") {
    const methods = tried.join(" ");
    return `ssh: unable to authenticate, attempted methods [${methods}], no supported methods remain`;
  }
  if (level === "client-timeout") {
    return `no answer within ${login.perDialTimeout} seconds`;
  }
  if (/no matching host key format/i.test(error.message)) {
    return `ssh: no common algorithm for host key; we offered: [${type}]`;
  }
  const lost = error.message.includes("Connection lost before handshake");
  return lost ? "EOF" : level === "client-socket" ? reasonOf(error) : `ssh: ${error.message}`;
}

/** A machine has several keys. The algorithms make it show the one of the pinned type. */
function algorithmsOf(type: string): ServerHostKeyAlgorithm[] {
  return type === "ssh-rsa"
    ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]
    : [type as ServerHostKeyAlgorithm];
}
