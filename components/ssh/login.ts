import { createHash } from "node:crypto";

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
  /** The timeout of an attempt, seconds; 0 for none. */
  perDialTimeout: number;
}

/** A public key's type and its base64. */
export interface HostKey {
  type: string;
  data: string;
}

/** The agent's socket: the given one, or the user's own. */
export function agentOf({ agentSocketPath }: Pick<Login, "agentSocketPath">): string | undefined {
  const own = process.env.SSH_AUTH_SOCK;
  return agentSocketPath ?? (own === "" ? undefined : own);
}

/**
 * Parses a host key in the format of known_hosts or authorized_keys, without its options and comments.
 * @throws Error when the text holds no key.
 */
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
  throw new Error("failed to parse host key: ssh: no key found");
}

/** A public key's type and fingerprint, as ssh prints them. */
export function fingerprint(key: Buffer): string {
  const digest = createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
  return `${key.toString("latin1", 4, 4 + key.readUInt32BE(0))} SHA256:${digest}`;
}
