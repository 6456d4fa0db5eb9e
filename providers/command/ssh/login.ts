import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { utils } from "ssh2";
import { Failure } from "../failure";

/** The login to one machine. */
export interface Login {
  host: string;
  port: number;
  user: string;
  password?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  agentSocketPath?: string;
  /** "ssh-ed25519 AAAA…"; without one any key is accepted. */
  hostKey?: string;
  /** The number of failed attempts after which another one is made; -1 for no limit. */
  dialErrorLimit: number;
  /** The timeout of an attempt, seconds; 0 for none. */
  perDialTimeout: number;
}

/** The connection to a machine: direct, or through a proxy. */
export interface Connection extends Login {
  proxy?: Login;
}

/** A public key's type and its base64. */
export interface HostKey {
  type: string;
  data: string;
}

/** Everything that distinguishes connections: two with the same key may share one. */
export function keyOf({ proxy, ...login }: Connection): string {
  const words = (one: Login) =>
    Object.entries({ ...one, agentSocketPath: agentOf(one) })
      .filter(([name]) => name !== "dialErrorLimit" && name !== "perDialTimeout")
      .sort();
  const all = JSON.stringify([words(login), proxy && words(proxy)]);
  return createHash("sha256").update(all).digest("hex");
}

/** The agent's socket: the given one, or the user's own. */
export function agentOf({ agentSocketPath }: Pick<Login, "agentSocketPath">): string | undefined {
  const own = process.env.SSH_AUTH_SOCK;
  return agentSocketPath ?? (own === "" ? undefined : own);
}

/** @throws Failure when a login cannot work on any machine. */
export function checkLogin(login: Login): void {
  const { privateKey, privateKeyPassword } = login;
  if (login.hostKey !== undefined) {
    parseHostKey(login.hostKey);
  }
  if (privateKey !== undefined) {
    checkPrivateKey(privateKey, privateKeyPassword);
  }
  const agent = agentOf(login);
  if (agent !== undefined) {
    if (!statSync(agent, { throwIfNoEntry: false })) {
      throw new Failure(`dial unix ${agent}: connect: no such file or directory`);
    }
  }
}

/** Parses a host key in the format of known_hosts or authorized_keys, without its options and comments. */
export function parseHostKey(text: string): HostKey {
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    const at = words.findIndex((word) => /^(ssh|ecdsa|sk)-[\w.@-]+$/.test(word));
    const [type, data] = at < 0 ? [] : words.slice(at);
    if (type && data && !line.startsWith("#")) {
      const bytes = Buffer.from(data, "base64");
      if (bytes.length > 4 && bytes.toString("latin1", 4, 4 + bytes.readUInt32BE(0)) === type) {
        return { type, data: bytes.toString("base64") };
      }
    }
  }
  throw new Failure("failed to parse host key: ssh: no key found");
}

/** A key's type and fingerprint, as ssh prints them. */
export function fingerprint(key: Buffer): string {
  const digest = createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
  return `${key.toString("latin1", 4, 4 + key.readUInt32BE(0))} SHA256:${digest}`;
}

function checkPrivateKey(key: string, passphrase: string | undefined): void {
  const parsed = utils.parseKey(key, passphrase);
  if (passphrase !== undefined && !(utils.parseKey(key) instanceof Error)) {
    throw new Failure("ssh: key is not password protected");
  }
  if (!(parsed instanceof Error)) {
    return;
  }
  if (parsed.message.includes("no passphrase")) {
    throw new Failure("ssh: this private key is passphrase protected");
  }
  if (/passphrase|integrity/.test(parsed.message)) {
    throw new Failure("x509: decryption password incorrect");
  }
  throw new Failure(
    parsed.message.includes("Unsupported key format")
      ? "ssh: no key found"
      : `ssh: ${parsed.message}`,
  );
}
