import type { ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";

/** How a machine is reached, with its pinned host key. */
export interface Reach {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  /** "ssh-ed25519 AAAA…" */
  hostKey: string;
}

/** The machine showed another host key than the pinned one. */
export class WrongHostKey extends Error {
  /** @param shown Its fingerprint as ssh prints it. */
  constructor(readonly shown: string) {
    super(`it shows another SSH host key than the pinned one: ${shown}`);
  }
}

/** What a command printed, and its exit status. */
export interface Answer {
  status: number;
  stdout: string;
  stderr: string;
}

const patience = 20_000;

/**
 * Runs one command over one connection.
 * @throws WrongHostKey, or an Error that says why the machine cannot be reached.
 */
export async function ask(reach: Reach, command: string): Promise<Answer> {
  // Loaded here, because a program that only runs in mocks has no need of it.
  const [{ Client }, { createHash }] = await Promise.all([import("ssh2"), import("node:crypto")]);
  const [type = "", pinned = ""] = reach.hostKey.split(/\s+/);
  let wrong: WrongHostKey | undefined;
  const config: ConnectConfig = {
    host: reach.host,
    port: reach.port,
    username: reach.user,
    privateKey: reach.privateKey,
    readyTimeout: patience,
    keepaliveInterval: patience / 4,
    algorithms: { serverHostKey: serverHostKeys(type) },
    hostVerifier: (key: Buffer) => {
      if (key.toString("base64") === pinned) {
        return true;
      }
      const digest = createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
      wrong = new WrongHostKey(`${type} SHA256:${digest}`);
      return false;
    },
  };
  const client = new Client();
  try {
    return await new Promise<Answer>((resolve, reject) => {
      client.on("error", (error) => {
        reject(wrong ?? error);
      });
      client.on("close", () => {
        reject(wrong ?? new Error("the connection was closed"));
      });
      client.on("ready", () => {
        client.exec(command, (error, channel) => {
          if (error) {
            reject(error);
          } else {
            collect(channel, resolve);
          }
        });
      });
      client.connect(config);
    });
  } finally {
    client.end();
  }
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
