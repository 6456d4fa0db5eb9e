import { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { askEngine } from "./observed/engine";
import { Declared, fingerprint, judge, Verdict } from "./observed/judge";
import { look, Sight } from "./observed/read";
import { Login } from "./observed/ssh";
import { isStopping, stop } from "./stop";

/** The generation of what could not be looked at; see keepUnseen. */
const unseen = "out of reach";

/**
 * What is on a host, read once before anything is changed there, and what that means for each object
 * that is declared on it. The command provider has no refresh: this is what makes a preview show drift.
 */
export class Sighting {
  /** Why the program has to be put in place anew; the same text as last time where it has not. */
  readonly program: pulumi.Output<string>;
  /** For every Command that carries a generation. */
  readonly transforms: pulumi.ResourceTransform[] | undefined;
  private readonly sight: pulumi.Output<Sight | undefined>;
  private readonly declared: Declared[] = [];

  /**
   * @param host Whose Commands these are.
   * @param bootId Unknown as long as the machine cannot be looked at.
   */
  constructor(
    private readonly label: string,
    private readonly host: pulumi.Resource,
    connection: types.input.remote.ConnectionArgs,
    bootId: pulumi.Input<string> = "",
  ) {
    // Mocks have no engine: there is nothing to look at, and no transform runs. hasEngine() would say so
    // of a component host too, whose engine is that of the call.
    const real = pulumi.runtime.getEngine() !== undefined;
    this.transforms = real ? [keepUnseen] : undefined;
    this.sight = real ? this.looked(connection, bootId) : pulumi.output(undefined);
    this.program = this.sight.apply((sight) => {
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
   * The generation of an object (Verdict in observed/judge.ts); what is wrong is said beside the
   * resource. Fails for an object that cannot be had.
   */
  generationOf(object: Declared, resource: () => pulumi.Resource): pulumi.Output<string> {
    this.declared.push(object);
    return this.sight.apply(async (sight) => {
      if (sight?.is !== "seen") {
        return sight?.is === "out of reach" ? unseen : "new";
      }
      const verdict = judge(object, sight.observation, this.label, this.declared);
      await this.refuse(verdict, sight);
      if (verdict.wrong.length > 0) {
        const said = verdict.wrong.join("\n");
        void (pulumi.runtime.isDryRun()
          ? pulumi.log.warn(said, resource())
          : pulumi.log.info(`repairing: ${said}`, resource()));
      }
      if (verdict.warnings && pulumi.runtime.isDryRun()) {
        void pulumi.log.warn(verdict.warnings.join("\n"), resource());
      }
      return verdict.generation;
    });
  }

  /** All that cannot be had on this host is said at once. */
  private async refuse({ refusal }: Verdict, sight: Extract<Sight, { is: "seen" }>): Promise<void> {
    if (refusal === undefined) {
      return;
    }
    if (isStopping()) {
      return stop(refusal);
    }
    const refusals = this.declared.flatMap((object) => {
      const { refusal: why } = judge(object, sight.observation, this.label);
      return why === undefined ? [] : `${nameOf(object)}: ${why}`;
    });
    await stop(refusals.join("\n"));
  }

  private looked(
    connection: types.input.remote.ConnectionArgs,
    bootId: pulumi.Input<string>,
  ): pulumi.Output<Sight> {
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
        return found;
      });
    // The key is secret, what was seen is not.
    return pulumi.unsecret(sight);
  }
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
  const ignoreChanges = [...((opts as pulumi.CustomResourceOptions).ignoreChanges ?? []), "create"];
  return isUnseen ? { props, opts: { ...opts, ignoreChanges } } : undefined;
};

function nameOf({ kind, owner }: Declared): string {
  return `${kind} "${decodeURIComponent(owner.split("/").at(-1) ?? owner)}"`;
}

/** The value of an input; undefined where a preview does not know it yet. */
async function known(input: pulumi.Input<string> | undefined): Promise<string | undefined> {
  const output = pulumi.output(input);
  // Not in the SDK's types, and the only way to tell: a callback would never be called.
  const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
  return (await isKnown) ? new Promise((resolve) => void output.apply(resolve)) : undefined;
}
