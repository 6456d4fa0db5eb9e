import { DialError, unreachableBy } from "../../components/ssh/client";
import { isObject, plain, type Properties } from "../protocol/wire";
import { Failure } from "./failure";
import { commandOf, connectionOf } from "./inputs";
import type { OperationContext } from "./operations";
import { execute } from "./resources/remoteCommand";
import type { Pool } from "./ssh/pool";

/**
 * The function command:remote:ask, which the official plugin does not have. It also runs its command in previews, over
 * the connection that the machine's Commands will use. It makes one attempt only. An unreachable machine is an answer,
 * not an error.
 */
export async function ask(
  pool: Pool,
  given: Properties,
  now: OperationContext,
): Promise<Properties> {
  const { command, connection } = plain(given) as Properties;
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
