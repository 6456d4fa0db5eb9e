import { DialError, unreachableBy } from "../../components/ssh/client";
import { isObject, plain, type Properties } from "../protocol/wire";
import { Failure } from "./failure";
import { commandOf, connectionOf } from "./inputs";
import type { OperationContext } from "./operations";
import { execute } from "./resources/remoteCommand";
import { keyOf, type Connection } from "./ssh/login";
import type { Pool } from "./ssh/pool";

/** Answers by login and command that were asked for before Pulumi was started. Each counts once. */
export class EarlyAnswers {
  private readonly answers = new Map<string, Promise<Properties>>();

  /** Asks at once. */
  ask(pool: Pool, login: Properties, command: string, now: OperationContext): void {
    const given = { connection: login, command };
    this.answers.set(`${keyOf(connectionOf(given))} ${command}`, ask(pool, given, now));
  }

  /** Undefined if there is none, or if the command did not succeed. */
  async take(connection: Connection, command: string): Promise<Properties | undefined> {
    const key = `${keyOf(connection)} ${command}`;
    const answer = this.answers.get(key);
    this.answers.delete(key);
    const early = await answer?.catch(() => undefined);
    return early?.status === 0 ? early : undefined;
  }
}

/**
 * The function command:remote:ask, which the official plugin does not have. It also runs its command in previews, over
 * the connection that the machine's Commands will use. It makes one attempt only. An unreachable machine is an answer,
 * not an error.
 * @param earlyAnswers The answers that will do for a question that says so.
 */
export async function ask(
  pool: Pool,
  given: Properties,
  now: OperationContext,
  earlyAnswers?: EarlyAnswers,
): Promise<Properties> {
  const { command, connection, early } = plain(given) as Properties;
  // A caller that only wants this provider to be started passes no command.
  if (command === undefined && connection === undefined) {
    return {};
  }
  if (typeof command !== "string" || !isObject(connection)) {
    throw new Failure("command:remote:ask needs a connection and a command");
  }
  const once = connectionOf({
    connection: { perDialTimeout: 20, ...connection, dialErrorLimit: 0 },
  });
  const answered = early === true ? await earlyAnswers?.take(once, command) : undefined;
  if (answered !== undefined) {
    return answered;
  }
  const quiet = commandOf({ logging: "none" }, {});
  try {
    const { status, output } = await execute(pool, once, command, quiet, now.reporter, now.signal);
    const [stdout, stderr] = [output.text("stdout"), output.text("stderr")];
    return { status: Number.parseInt(status, 10), stdout, stderr };
  } catch (error) {
    const { message, cause } = error as Failure;
    return {
      unreachable: { ...(cause instanceof DialError ? unreachableBy(cause) : { why: message }) },
    };
  }
}
