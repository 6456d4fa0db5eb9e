import { getVersion } from "@pulumi/command/utilities";
import * as pulumi from "@pulumi/pulumi";
import type { Unreachable } from "../../ssh/client";
import { Answer, Reach, reachError } from "./ask";

/** The answer of the command engine with kept connections (providers/command/ask.ts). */
type Asked = Answer | { unreachable: Unreachable };

/** False once it is known that the plugin has no such function, like the official one. */
let able = true;

/**
 * Runs one command over the connection that the machine's Commands will use: an emulated machine spends half a second
 * on each login. Undefined if the command engine cannot do this.
 * @param parent A resource with the same command provider as the Commands.
 * @param early True if an answer will do that the engine got before Pulumi was started.
 * @throws WrongHostKey, RefusedLogin, or an Error that says why the machine cannot be reached.
 */
export async function askEngine(
  reach: Reach,
  command: string,
  parent: pulumi.Resource,
  early = false,
): Promise<Answer | undefined> {
  const { bastion: proxy, ...login } = reach;
  const asked = able
    ? await invoke({ connection: { ...login, proxy }, command, early }, parent)
    : undefined;
  if (asked === undefined || !("unreachable" in asked)) {
    return asked;
  }
  throw reachError(reach, asked.unreachable);
}

/**
 * Makes Pulumi start the command engine, which it does at the first call, while the program still waits for a machine.
 */
export async function startEngine(parent: pulumi.Resource): Promise<void> {
  await (able && invoke({}, parent));
}

async function invoke(args: object, parent: pulumi.Resource): Promise<Asked | undefined> {
  try {
    // With this version it is the same process that runs the Commands.
    const options = { parent, version: getVersion() };
    return (await pulumi.runtime.invoke("command:remote:ask", args, options)) as Asked;
  } catch (error) {
    able = false;
    pulumi.log.debug(`the command engine cannot be asked: ${String(error)}`).catch(() => undefined);
    return undefined;
  }
}
