import { Answer, ask, Reach, reachOf, WrongHostKey } from "./ask";
import { RecordedConnection } from "./state/state";

/** The machine that a Command was on before: another one, or the same by another name. */
export type Previous =
  | { is: "same" }
  | { is: "another"; where: string }
  | { is: "unreachable"; where: string; why: string };

/** Runs a command over a kept connection, if there can be one. */
type Kept = (reach: Reach, command: string) => Promise<Answer | undefined>;

/**
 * Finds out whether a Command moves to another machine. A new name or a new host key alone does not prove that, so the
 * earlier machine is asked for its boot id.
 * @param before The connection in the state.
 * @param bootId The boot id of the present machine.
 */
export async function previousMachine(
  before: RecordedConnection,
  now: Reach,
  bootId: string | undefined,
  kept?: Kept,
): Promise<Previous> {
  const reach = reachOf(before);
  if (hostKeyOf(reach) === hostKeyOf(now) || placeOf(reach) === placeOf(now)) {
    return { is: "same" };
  }
  const where = `${reach.host}:${reach.port}`;
  try {
    const command = "cat /proc/sys/kernel/random/boot_id";
    const { status, stdout, stderr } =
      (await kept?.(reach, command)) ?? (await ask(reach, command));
    if (status !== 0) {
      return { is: "unreachable", where, why: stderr.trim() || `exit status ${status}` };
    }
    return stdout.trim() === bootId ? { is: "same" } : { is: "another", where };
  } catch (error) {
    const why =
      error instanceof WrongHostKey
        ? `another machine answers there (${error.shown})`
        : error instanceof Error
          ? error.message
          : String(error);
    return { is: "unreachable", where, why };
  }
}

/** True if the same address shows another host key now. */
export function isRebuilt(before: RecordedConnection, now: Reach): boolean {
  const reach = reachOf(before);
  return placeOf(reach) === placeOf(now) && hostKeyOf(reach) !== hostKeyOf(now);
}

/** Type and key, without a comment. */
export function hostKeyOf({ hostKey = "" }: { hostKey?: string }): string {
  return hostKey.split(/\s+/).slice(0, 2).join(" ");
}

function placeOf({ host, port, bastion }: Reach): string {
  return `${host}:${port}${bastion ? ` by ${bastion.host}:${bastion.port}` : ""}`;
}
