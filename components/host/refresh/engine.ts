import { getVersion } from "@pulumi/command/utilities";
import * as pulumi from "@pulumi/pulumi";
import type { Unreachable } from "../../ssh/client";
import { Answer, Reach, reachError } from "./ask";

/** As the command engine with kept connections answers (providers/command/ask.ts). */
type Asked = Answer | { unreachable: Unreachable };

/** The official plugin cannot be asked; once is enough to know. */
let able = true;

/**
 * Runs one command over the connection that the machine's Commands will use: an emulated machine spends half
 * a second on each login. Undefined where the command engine cannot do this.
 * @param parent Has the command provider that its Commands have.
 * @throws WrongHostKey, RefusedLogin, or an Error that says why the machine cannot be reached.
 */
export async function askEngine(
  reach: Reach,
  command: string,
  parent: pulumi.Resource,
): Promise<Answer | undefined> {
  const { bastion: proxy, ...login } = reach;
  const asked = able
    ? await invoke({ connection: { ...login, proxy }, command }, parent)
    : undefined;
  if (asked === undefined || !("unreachable" in asked)) {
    return asked;
  }
  throw reachError(reach, asked.unreachable);
}

/** Has Pulumi start the command engine, which it does at the first call: here while a machine is still waited for. */
export async function startEngine(parent: pulumi.Resource): Promise<void> {
  await (able && invoke({}, parent));
}

async function invoke(args: object, parent: pulumi.Resource): Promise<Asked | undefined> {
  try {
    // The version makes it the same process that has the Commands.
    const options = { parent, version: getVersion() };
    return (await pulumi.runtime.invoke("command:remote:ask", args, options)) as Asked;
  } catch (error) {
    able = false;
    pulumi.log.debug(`the command engine cannot be asked: ${String(error)}`).catch(() => undefined);
    return undefined;
  }
}
