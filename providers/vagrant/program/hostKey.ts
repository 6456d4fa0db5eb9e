import { ProgramMissing, type Programs } from "./run";
import type { Access, Identity } from "./ssh";

/** The address of a machine in the state, and the host key that it showed. */
export type Known = Pick<Access & Identity, "host" | "port" | "hostKey">;

/** Tells whether a machine shows its host key now. */
export type ShowsHostKey = (known: Known) => Promise<boolean>;

/**
 * True when exactly the machine of a state runs, because it shows its host key. This takes a tenth of the time of
 * asking Vagrant, and is as certain. False also when it cannot be checked this way, as behind a proxy.
 */
export async function showsHostKey(programs: Programs, known: Known): Promise<boolean> {
  const [type = "", key = ""] = known.hostKey.split(" ");
  const name = /^(?:ssh-)?(ed25519|rsa|ecdsa)(?:-|$)/.exec(type)?.[1];
  if (name === undefined || known.host === "" || known.port === 0) {
    return false;
  }
  const args = ["-T", "3", "-t", name, "-p", String(known.port), "--", known.host];
  try {
    const { stdout } = await programs.run("ssh-keyscan", args);
    return stdout.split("\n").some((line) => line.endsWith(` ${type} ${key}`));
  } catch (error) {
    if (error instanceof ProgramMissing) {
      return false;
    }
    throw error;
  }
}
