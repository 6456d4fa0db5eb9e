import * as pulumi from "@pulumi/pulumi";
import { known } from "./known";
import { commandType } from "./state/state";

/** Options that a Command gets besides its own. */
export interface AddedOptions {
  aliases?: string[];
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
}

/** What is added in one run, by parent and name of the Command. */
interface Run {
  added: Map<string, AddedOptions>;
  registered: Promise<void>;
}

/** By the server that Pulumi calls back, which a run has for itself. */
const runs = new WeakMap<object, Run>();

/**
 * Adds options to a Command that is already constructed, once it is known how its object is. An input of the Command
 * must wait for this, so that Pulumi hears of the Command afterwards.
 * @param command The Command's name and parent.
 */
export async function addOptions(
  { name, parent }: { name: string; parent?: pulumi.Resource },
  options: AddedOptions,
): Promise<void> {
  const key = await keyOf(name, parent);
  const server = pulumi.runtime.getCallbacks();
  if (server === undefined) {
    throw new Error(`${name}: Pulumi takes no transforms`);
  }
  const run = runs.get(server) ?? begin();
  runs.set(server, run);
  run.added.set(key, { ...run.added.get(key), ...options });
  await run.registered;
}

/** One transform for all, and only where one is needed: it is called for each resource of the stack, with its inputs. */
function begin(): Run {
  const added: Run["added"] = new Map();
  pulumi.runtime.registerResourceTransform(async ({ type, name, props, opts }) => {
    const one = type === commandType && added.get(await keyOf(name, opts.parent));
    return one ? { props, opts: withAdded(opts, one) } : undefined;
  });
  return { added, registered: pulumi.runtime.awaitStackRegistrations() };
}

type Options = pulumi.ResourceTransformArgs["opts"];

function withAdded(opts: Options, added: AddedOptions): Options {
  const {
    aliases = [],
    ignoreChanges = [],
    replaceOnChanges = [],
  }: pulumi.CustomResourceOptions = opts;
  const lists: pulumi.CustomResourceOptions = {
    aliases: [...aliases, ...(added.aliases ?? [])],
    ignoreChanges: [...ignoreChanges, ...(added.ignoreChanges ?? [])],
    replaceOnChanges: [...replaceOnChanges, ...(added.replaceOnChanges ?? [])],
  };
  return { ...opts, ...lists };
}

/** Pulumi allows several resources of one name, in parents of different types. */
async function keyOf(name: string, parent: pulumi.Resource | undefined): Promise<string> {
  return `${await known((parent ?? pulumi.runtime.getStackResource())?.urn)} ${name}`;
}
