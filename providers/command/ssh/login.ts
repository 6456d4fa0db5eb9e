import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { utils } from "ssh2";
import type * as ssh from "../../../components/ssh/login";
import { agentOf, parseHostKey } from "../../../components/ssh/login";
import { Failure } from "../failure";

/** The login to one machine, and the number of attempts. */
export interface Login extends ssh.Login {
  /** The number of failed attempts after which another one is made; -1 for no limit. */
  dialErrorLimit: number;
}

/** The connection to a machine: direct, or through a proxy. */
export interface Connection extends Login {
  proxy?: Login;
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

/** @throws Error when a login cannot work on any machine. */
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
