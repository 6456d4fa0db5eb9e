import { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { HostState, stackOf } from "../../drift/hostState";
import { Declared, fingerprint, detectDrift, DriftResult } from "../../kinds/detectDrift";
import { isStopping, stop } from "../stop";
import { askEngine } from "./engine";
import { known } from "./known";
import { isRebuilt, keyOf, Previous, previousMachine } from "./previous";
import { look, Sight } from "./read";
import { asRenamed, renamedObject, renamedStack } from "./renamed";
import { Login, Reach } from "./ssh";
import { readState, Recorded, recordOf } from "./state";
import { earlierUrns } from "./urns";

/** The generation of what could not be looked at; see keepUnseen. */
const unseen = "out of reach";

/** A machine, and how it was reached. */
interface Seen {
  sight: Sight;
  reach: Reach;
}

/** A Command that is about to be registered. */
interface Registering {
  name: string;
  parent?: pulumi.Resource;
  /** The Command itself, once its constructor has returned. */
  resource: () => pulumi.Resource;
  stdin: pulumi.Input<string>;
}

/**
 * What is on a host, read once before anything is changed there, and what that means for each object
 * that is declared on it. The command provider has no refresh: this is what makes a preview show drift.
 */
export class Sighting {
  /** Why the program has to be put in place anew; the same text as last time where it has not. */
  readonly program: pulumi.Output<string>;
  /** For every Command that carries a generation. */
  readonly transforms: pulumi.ResourceTransform[] | undefined;
  private readonly sight: pulumi.Output<Seen | undefined>;
  private readonly declared: Declared[] = [];
  /** Commands whose objects are on another machine, by their names. */
  private readonly moving = new Set<string>();
  private readonly asked = new Map<string, Promise<Previous>>();

  /**
   * @param host Whose Commands these are.
   * @param bootId Unknown as long as the machine cannot be looked at.
   * @param previous What becomes of objects on a machine that was this host before: they are removed there first
   * ("clean"), or forgotten ("gone").
   */
  constructor(
    private readonly label: string,
    private readonly host: pulumi.Resource,
    private readonly connection: types.input.remote.ConnectionArgs,
    bootId: pulumi.Input<string> = "",
    private readonly previous: "clean" | "gone" = "gone",
  ) {
    // Mocks have no engine: there is nothing to look at, and no transform runs. hasEngine() would say so
    // of a component host too, whose engine is that of the call.
    const real = pulumi.runtime.getEngine() !== undefined;
    this.transforms = real ? [keepUnseen, this.moved.bind(this)] : undefined;
    this.sight = real ? this.looked(connection, bootId) : pulumi.output(undefined);
    this.program = this.sight.apply(async (seen) => {
      if (seen) {
        const tools = `${label}-tools`;
        await this.follow(tools, await recordOf(tools, host, undefined), seen);
      }
      const sight = seen?.sight;
      switch (sight?.is) {
        case "seen":
          return sight.observation.program ?? "";
        case "without program":
          return `${fingerprint(sight.stamp)} new`;
        case "out of reach":
          return unseen;
        default:
          return "";
      }
    });
  }

  /**
   * The generation of an object (DriftResult in kinds/detectDrift.ts); what is wrong is said beside the
   * resource. Fails for an object that cannot be had.
   */
  generationOf(object: Declared, command: Registering): pulumi.Output<string> {
    this.declared.push(object);
    const generation = this.sight.apply((seen) =>
      seen === undefined
        ? pulumi.output("new")
        : pulumi
            .output(command.stdin)
            .apply((stdin) => this.resultOf(object, command, seen, stdin)),
    );
    // Not secret, although it may be of a page that is one: a generation has no more than a hash of that.
    return pulumi.unsecret(generation);
  }

  private async resultOf(
    object: Declared,
    command: Registering,
    seen: Seen,
    stdin: string,
  ): Promise<string> {
    const { sight } = seen;
    const recorded = await recordOf(command.name, command.parent, command.resource());
    Object.assign(object, { stdin, recorded });
    await this.follow(command.name, recorded, seen);
    if (sight.is === "out of reach") {
      return unseen;
    }
    if (sight.is === "without program") {
      const isRenamed = recorded !== undefined && recorded.owner !== object.owner;
      return `new${isRenamed ? ` renamed from ${recorded.owner}` : ""}`;
    }
    const observation = await this.observed(sight.observation, object);
    const result = detectDrift(object, observation, this.label, this.declared);
    await this.refuse(result, observation);
    this.say(result, command.resource());
    return result.generation;
  }

  /**
   * What makes a Command's object one of this machine. The name of its Host, but for a Host that was renamed
   * meanwhile, whose objects stay what they are.
   */
  labelOf({ name, parent, resource }: Omit<Registering, "stdin">): pulumi.Input<string> {
    if (this.transforms === undefined) {
      return this.label;
    }
    const kept = async () => {
      const recorded = await recordOf(name, parent, resource());
      const { hosts } = await readState();
      if (recorded === undefined || recorded.label === this.label) {
        return this.label;
      }
      const before = await earlierUrns(this.host);
      const isName = before.some((urn) => urn.endsWith(`::${recorded.label}`));
      const hostKey = await known(this.connection.hostKey);
      const isSame = keyOf({ hostKey }) === keyOf(recorded.connection ?? {});
      return isSame && (isName || hosts?.has(recorded.label) === false)
        ? recorded.label
        : this.label;
    };
    // Its constructor has not returned yet.
    return pulumi.output(Promise.resolve().then(kept));
  }

  /** Beside the resource: what is wrong, and what a person should know besides. */
  private say(
    { differences, notes = [], warnings = [] }: DriftResult,
    resource: pulumi.Resource,
  ): void {
    const isPreview = pulumi.runtime.isDryRun();
    if (differences.length > 0) {
      const said = differences.join("\n");
      void (isPreview
        ? pulumi.log.warn(said.replace(/( has weight \d+, not \d+)$/gm, "$1: up sets it"), resource)
        : pulumi.log.info(`repairing: ${said}`, resource));
    }
    if (isPreview && warnings.length > 0) {
      void pulumi.log.warn(warnings.join("\n"), resource);
    }
    if (isPreview && notes.length > 0) {
      void pulumi.log.info(notes.join("\n"), resource);
    }
  }

  /** What is on the machine, with the names that its owners have now. */
  private async observed(seen: HostState, object: Declared): Promise<HostState> {
    const rename = renamedStack(await readState(), stackOf(object.owner));
    const all = rename ? (renamedOnce.get(seen) ?? asRenamed(seen, rename)) : seen;
    renamedOnce.set(seen, all);
    const { recorded, kind, owner } = object;
    return recorded === undefined || recorded.owner === owner
      ? all
      : asRenamed(all, renamedObject({ kind, owner: recorded.owner }, owner));
  }

  /** Notes a Command whose object is on another machine, from which it has to be removed first. */
  private async follow(name: string, recorded: Recorded | undefined, now: Seen): Promise<void> {
    const before = recorded?.connection;
    if (before === undefined || this.previous === "gone" || now.sight.is === "out of reach") {
      return;
    }
    const key = JSON.stringify([before.host, before.port, before.hostKey, before.proxy?.host]);
    const asking = this.asked.get(key) ?? this.ask(before, now);
    this.asked.set(key, asking);
    const found = await asking;
    if (found.is === "another") {
      this.moving.add(name);
    }
  }

  private async ask(before: NonNullable<Recorded["connection"]>, now: Seen): Promise<Previous> {
    const { sight, reach } = now;
    const bootId =
      sight.is === "seen"
        ? sight.observation.bootId
        : sight.is === "without program"
          ? sight.bootId
          : undefined;
    const found = await previousMachine(before, reach, bootId, (...asked) =>
      askEngine(...asked, this.host),
    );
    const here = `${reach.host}:${reach.port}`;
    if (found.is === "out of reach") {
      return stop(
        `Host "${this.label}": it was another machine (${found.where}), which has to be cleaned before ${here} ` +
          `takes its place, and which cannot be reached: ${found.why}\n` +
          'Let it be reached; or, where it is no more, set previousMachine: "gone" of the Host: what is on it then stays there.',
      );
    }
    const said =
      found.is === "another"
        ? `${this.label} was another machine (${found.where}): what is on that one is removed first, then made on ${here}`
        : isRebuilt(before, reach) && !hasRecords(sight)
          ? `${this.label} (${here}) has another host key than before, and nothing of this stack is on it: if the machine ` +
            "that it was is up elsewhere, what is on that one stays there"
          : "";
    if (said !== "") {
      void (pulumi.runtime.isDryRun() ? pulumi.log.warn : pulumi.log.info)(said, this.host);
    }
    return found;
  }

  /** An object on another machine is another object: made anew, after it was removed there. */
  private async moved({
    name,
    props,
    opts,
  }: pulumi.ResourceTransformArgs): Promise<pulumi.ResourceTransformResult | undefined> {
    await known((props as { create?: pulumi.Input<string> }).create);
    return this.moving.has(name)
      ? { props, opts: { ...opts, replaceOnChanges: ["connection"] } }
      : undefined;
  }

  /** All that cannot be had on this host is said at once. */
  private async refuse({ conflict }: DriftResult, seen: HostState): Promise<void> {
    if (conflict === undefined) {
      return;
    }
    if (isStopping()) {
      return stop(conflict);
    }
    const refusals = this.declared.flatMap((object) => {
      const { conflict: why } = detectDrift(object, seen, this.label);
      return why === undefined ? [] : `${nameOf(object)}: ${why}`;
    });
    await stop(refusals.join("\n"));
  }

  private looked(
    connection: types.input.remote.ConnectionArgs,
    bootId: pulumi.Input<string>,
  ): pulumi.Output<Seen> {
    const sight = pulumi
      .all([pulumi.output(connection), bootId])
      .apply(async ([{ proxy, ...login }]) => {
        const reach = { ...loginOf(login), bastion: proxy && loginOf(proxy) };
        const found = await look(this.label, reach, (...asked) =>
          askEngine(...asked, this.host),
        ).catch((error: unknown) => stop(error instanceof Error ? error.message : String(error)));
        if (found.is === "out of reach") {
          void pulumi.log.warn(
            `${this.label} cannot be looked at, so what is on it is taken to be as it was: ${found.why}`,
          );
        }
        return { sight: found, reach };
      });
    // The key is secret, what was seen is not.
    return pulumi.unsecret(sight);
  }
}

/** A machine's records with the names that their owners have now; made once. */
const renamedOnce = new WeakMap<HostState, HostState>();

function hasRecords(sight: Sight): boolean {
  return (
    sight.is === "seen" &&
    (sight.observation.records.size > 0 || sight.observation.remembered.size > 0)
  );
}

/** What the provider has as a connection, as an observation needs it. */
function loginOf(connection: pulumi.Unwrap<types.input.remote.ProxyConnectionArgs>): Login {
  const { host, port = 22, user = "root", privateKey = "", hostKey = "" } = connection;
  return { host, port, user, privateKey, hostKey };
}

/** A host that is out of reach is no drift: what the state has of its objects stays. */
const keepUnseen: pulumi.ResourceTransform = async ({ props, opts }) => {
  const create = await known((props as { create?: pulumi.Input<string> }).create);
  const isUnseen = create?.includes(`'${unseen}'`) === true;
  // Its deletion names the same owner, and the program that made it.
  const ignored = ["create", "delete"];
  const ignoreChanges = [
    ...((opts as pulumi.CustomResourceOptions).ignoreChanges ?? []),
    ...ignored,
  ];
  return isUnseen ? { props, opts: { ...opts, ignoreChanges } } : undefined;
};

function nameOf({ kind, owner }: Declared): string {
  return `${kind} "${decodeURIComponent(owner.split("/").at(-1) ?? owner)}"`;
}
