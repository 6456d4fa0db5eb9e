import type { Client, ClientChannel } from "ssh2";
import { dial, DialError, Unreachable, unreachableBy } from "../../ssh/client";
import type { Login as AnyLogin } from "../../ssh/login";

/** How to log in to a machine: by its private key alone, and with its pinned host key. */
export type Login = Required<Pick<AnyLogin, "host" | "port" | "user" | "privateKey" | "hostKey">>;

/** A connection in the command provider's form, which leaves out the provider's defaults. */
type ProviderConnection = Partial<Login> & Pick<Login, "host">;

/** The login to a machine, from a connection of the command provider. */
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
   * @param shown The shown key's fingerprint, as ssh prints it.
   */
  constructor(
    readonly at: Login,
    readonly shown: string,
  ) {
    super(`it shows another SSH host key than the pinned one: ${shown}`);
  }
}

/** A machine answered and refused the login. */
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

/** The timeout of an attempt to log in, seconds. */
const perDialTimeout = 20;

/**
 * Runs one command over a connection of its own, through the bastion if there is one.
 * @throws WrongHostKey, RefusedLogin, or an Error that says why the machine cannot be reached.
 */
export async function ask(reach: Reach, command: string): Promise<Answer> {
  const { bastion, ...login } = reach;
  const proxy = bastion && { ...bastion, perDialTimeout };
  const { client, proxy: through } = await dial(
    { ...login, proxy, perDialTimeout },
    () => undefined,
  ).catch((error: unknown) => {
    throw error instanceof DialError ? reachError(reach, unreachableBy(error)) : error;
  });
  try {
    return await execute(client, command);
  } finally {
    client.end();
    through?.end();
  }
}

/** The error for a machine that could not be reached. It says when it was the bastion. */
export function reachError(reach: Reach, { why, atProxy, shownKey, refused }: Unreachable): Error {
  const { bastion } = reach;
  const at = atProxy && bastion ? bastion : reach;
  if (shownKey !== undefined) {
    return new WrongHostKey(at, shownKey);
  }
  if (refused) {
    return new RefusedLogin(at);
  }
  const reason = why.endsWith("EOF") ? `${why} (${hungUp})` : why;
  return new Error(at === reach ? reason : `bastion ${at.host}:${at.port}: ${reason}`);
}

/** Why a server ends a connection at once: its option PerSourcePenalties, on by default, is the less known reason. */
const hungUp =
  "the server ended the connection at once: it is about to boot, or it is OpenSSH 9.8 or later, which does so for a while after refused logins from one address";

function execute(client: Client, command: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    client.on("error", reject);
    client.on("close", () => {
      reject(new Error("the connection was closed"));
    });
    client.exec(command, (error, channel) => {
      if (error) {
        reject(error);
      } else {
        answerOf(channel).then(resolve, reject);
      }
    });
  });
}

/** Resolves when the channel is closed: the exit status may come after the end of the output. */
function answerOf(channel: ClientChannel): Promise<Answer> {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  let status = -1;
  channel.on("data", (data: Buffer) => stdout.push(data));
  channel.stderr.on("data", (data: Buffer) => stderr.push(data));
  channel.on("exit", (code: number | null) => {
    status = code ?? -1;
  });
  const text = (parts: Buffer[]) => Buffer.concat(parts).toString("utf8");
  return new Promise((resolve) => {
    channel.on("close", () => {
      resolve({ status, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}
