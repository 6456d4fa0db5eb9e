import { HostState, parseHostState } from "../../drift/hostState";
import { Answer, ask, Reach, RefusedLogin, WrongHostKey } from "./ask";
import { checkKeys, refusedLogin } from "./login";
import { readCommand } from "./readCommand";

/** The result of reading a machine before anything is changed there. */
export type HostReading =
  | { is: "read"; state: HostState }
  /** The program is not on the machine yet, or is another version or incomplete. */
  | { is: "without program"; stamp: string; bootId?: string }
  | { is: "unreachable"; why: string };

/** The state that was read from a machine, and the login with which SSH reached it. */
export interface Read {
  reading: HostReading;
  reach: Reach;
}

/**
 * Reads a machine in one round trip.
 * @param kept Asks over a kept connection, if there can be one.
 * @throws Error if the machine shows another host key than the pinned one, if it refuses the login, or if a private key
 *   can never work.
 */
export async function readHost(
  label: string,
  reach: Reach,
  kept?: (reach: Reach, command: string) => Promise<Answer | undefined>,
): Promise<HostReading> {
  await checkKeys(label, reach);
  try {
    const { status, stdout, stderr } =
      (await kept?.(reach, readCommand)) ?? (await ask(reach, readCommand));
    const none = /^@@ none (.*)$/m.exec(stdout)?.[1];
    if (none !== undefined) {
      return { is: "without program", stamp: none, bootId: /^@@ boot (.*)$/m.exec(stdout)?.[1] };
    }
    if (status !== 0) {
      return { is: "unreachable", why: stderr.trim() || `exit status ${status}` };
    }
    return { is: "read", state: parseHostState(stdout) };
  } catch (error) {
    if (error instanceof WrongHostKey) {
      throw new Error(wrongHostKey(label, reach, error), { cause: error });
    }
    if (error instanceof RefusedLogin) {
      throw new Error(await refusedLogin(label, reach, error), { cause: error });
    }
    return { is: "unreachable", why: error instanceof Error ? error.message : String(error) };
  }
}

function wrongHostKey(label: string, { bastion }: Reach, { at, message }: WrongHostKey): string {
  const [whose, where] =
    at === bastion ? [`the bastion of ${label}`, "ssh.bastion"] : [label, "ssh"];
  return (
    `${whose} (${at.host}:${at.port}) is not the machine that it was: ${message}\n` +
    "If nobody rebuilt it, somebody may be in between: do not go on. If it was rebuilt, pin the new " +
    `key: hostKey of the Host's ${where}; for a Vagrant machine see docs/reliability.md.`
  );
}
