import type { ParsedKey } from "ssh2";
import { invalid } from "../../args/problems";
import { fingerprint } from "../../ssh/login";
import type { Login, Reach, RefusedLogin } from "./ask";
import { insteadOfKey, unreadable } from "./privateKey";

/**
 * Checks a private key. One that can never work is a mistake in the program; it does not mean that the machine is out
 * of reach.
 * @throws pulumi.RunError with the property, what was found there, and what to give instead.
 */
export async function checkKeys(label: string, reach: Reach): Promise<void> {
  const { bastion } = reach;
  const problems: string[] = [];
  for (const [property, login] of [["ssh", reach] as const, ["ssh.bastion", bastion] as const]) {
    const found = login && (await whatIsWrong(login.privateKey));
    if (found !== undefined) {
      problems.push(`${property}.privateKey: ${found}`);
    }
  }
  if (problems.length > 0) {
    throw invalid("Host", label, problems);
  }
}

async function whatIsWrong(privateKey: string): Promise<string | undefined> {
  const found = insteadOfKey(privateKey);
  if (found !== undefined) {
    return found;
  }
  const parsed = await parse(privateKey);
  return parsed instanceof Error ? unreadable(privateKey, parsed.message) : undefined;
}

/** The error text for a machine, or its bastion, that answers and refuses the login. */
export async function refusedLogin(
  label: string,
  { bastion }: Reach,
  { at }: RefusedLogin,
): Promise<string> {
  const property = at === bastion ? "ssh.bastion" : "ssh";
  return invalid("Host", label, [
    `${property}: ${at.host}:${at.port} answers and refuses user "${at.user}" with this key ` +
      `(${await fingerprintOf(at)}): check user and privateKey; the key's public part must be in that user's ` +
      "authorized_keys there. Nothing else is tried: no agent, no certificate and no password.",
  ]).message;
}

/** The key's fingerprint, as `ssh-keygen -l` and sshd's log print it. */
async function fingerprintOf({ privateKey }: Login): Promise<string> {
  const parsed = await parse(privateKey);
  return parsed instanceof Error ? parsed.message : fingerprint(parsed.getPublicSSH());
}

/** Parses a key. ssh2 is loaded here, because a program that only runs in mocks does not need it. */
async function parse(privateKey: string): Promise<ParsedKey | Error> {
  const { default: ssh2 } = await import("ssh2");
  // OpenSSH's format can hold several keys, which the types do not show.
  const parsed: ParsedKey | Error | ParsedKey[] = ssh2.utils.parseKey(privateKey);
  const [first = new Error("there is no key in it")] = [parsed].flat();
  return first;
}
