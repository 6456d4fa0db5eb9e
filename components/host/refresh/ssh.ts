import type { Client, ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";

/** A machine that SSH logs in to, with its pinned host key. */
export interface Login {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  /** "ssh-ed25519 AAAA…" */
  hostKey: string;
}

/** A connection as the command provider has it: without what is the provider's default. */
type ProviderConnection = Partial<Login> & Pick<Login, "host">;

/** The way to a machine by a connection of the command provider. */
export function reachOf({
  proxy,
  ...login
}: ProviderConnection & { proxy?: ProviderConnection }): Reach {
  return { ...loginOf(login), bastion: proxy && loginOf(proxy) };
}

function loginOf({
  host,
  port = 22,
  user = "root",
  privateKey = "",
  hostKey = "",
}: ProviderConnection): Login {
  return { host, port, user, privateKey, hostKey };
}

/** A machine's login, with the bastion on the way to it. */
export interface Reach extends Login {
  /** The machine to go through. */
  bastion?: Login;
}

/** A machine showed another host key than the pinned one. */
export class WrongHostKey extends Error {
  /**
   * @param at Which machine: the one that is meant, or its bastion.
   * @param shown Its fingerprint as ssh prints it.
   */
  constructor(
    readonly at: Login,
    readonly shown: string,
  ) {
    super(`it shows another SSH host key than the pinned one: ${shown}`);
  }
}

/** A machine answered, and did not let us in. */
export class RefusedLogin extends Error {
  /** @param at Which machine: the one that is meant, or its bastion. */
  constructor(readonly at: Login) {
    super("it refuses the login");
  }
}

/** A command's output and exit status. */
export interface Answer {
  status: number;
  stdout: string;
  stderr: string;
}

const timeout = 20_000;

/**
 * Runs one command over one connection, through the bastion where there is one.
 * @throws WrongHostKey, RefusedLogin, or an Error that says why the machine cannot be reached.
 */
export async function ask(reach: Reach, command: string): Promise<Answer> {
  const { bastion } = reach;
  if (!bastion) {
    return within(await open(reach), (client) => execute(client, command));
  }
  const first = await open(bastion).catch((error: unknown) => onTheWay(bastion, error));
  return within(first, async (client) => {
    const sock = await forward(client, reach).catch((error: unknown) => onTheWay(bastion, error));
    return within(await open(reach, sock), (inner) => execute(inner, command));
  });
}

interface Session {
  client: Client;
  /** Fails when the connection ends before its time. */
  lost: Promise<never>;
}

/** Logs in: over the network, or over what a bastion has connected. */
async function open(login: Login, sock?: ClientChannel): Promise<Session> {
  // Loaded here, because a program that only runs in mocks has no need of it.
  const [ssh2, { createHash }] = await Promise.all([import("ssh2"), import("node:crypto")]);
  const [type = "", pinned = ""] = login.hostKey.split(/\s+/);
  let wrong: WrongHostKey | undefined;
  const config: ConnectConfig = {
    host: login.host,
    port: login.port,
    sock,
    username: login.user,
    privateKey: login.privateKey,
    readyTimeout: timeout,
    keepaliveInterval: timeout / 4,
    algorithms: { serverHostKey: serverHostKeys(type) },
    hostVerifier: (key: Buffer) => {
      if (key.toString("base64") === pinned) {
        return true;
      }
      const digest = createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
      wrong = new WrongHostKey(login, `${type} SHA256:${digest}`);
      return false;
    },
  };
  const client = new ssh2.Client();
  const lost = new Promise<never>((_, reject) => {
    client.on("error", (error: Error & { level?: string }) => {
      reject(wrong ?? (error.level === "client-authentication" ? new RefusedLogin(login) : error));
    });
    client.on("close", () => {
      reject(wrong ?? new Error("the connection was closed"));
    });
  });
  // It is lost in the end, when nobody waits for it any more.
  lost.catch(() => undefined);
  const ready = new Promise<void>((resolve) => client.on("ready", resolve));
  try {
    client.connect(config);
    await Promise.race([ready, lost]);
  } catch (error) {
    client.end();
    throw error;
  }
  return { client, lost };
}

/** Does something as long as a connection is there, and ends it. */
async function within<T>(session: Session, work: (client: Client) => Promise<T>): Promise<T> {
  try {
    return await Promise.race([work(session.client), session.lost]);
  } finally {
    session.client.end();
  }
}

function forward(client: Client, { host, port }: Login): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
      if (error) {
        reject(error);
      } else {
        resolve(channel);
      }
    });
  });
}

/** Says that it was the bastion; what it cannot reach for us is told by it alone. */
function onTheWay({ host, port }: Login, error: unknown): never {
  if (error instanceof WrongHostKey || error instanceof RefusedLogin || !(error instanceof Error)) {
    throw error;
  }
  throw new Error(`bastion ${host}:${port}: ${error.message}`, { cause: error });
}

function execute(client: Client, command: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) {
        reject(error);
      } else {
        collect(channel, resolve);
      }
    });
  });
}

function collect(channel: ClientChannel, done: (answer: Answer) => void): void {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  let status = -1;
  channel.on("data", (data: Buffer) => stdout.push(data));
  channel.stderr.on("data", (data: Buffer) => stderr.push(data));
  channel.on("exit", (code: number | null) => {
    status = code ?? -1;
  });
  channel.on("close", () => {
    const text = (parts: Buffer[]) => Buffer.concat(parts).toString("utf8");
    done({ status, stdout: text(stdout), stderr: text(stderr) });
  });
}

/** A machine has several keys: it shall show the one of the pinned type. */
function serverHostKeys(type: string): ServerHostKeyAlgorithm[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type as ServerHostKeyAlgorithm];
}
