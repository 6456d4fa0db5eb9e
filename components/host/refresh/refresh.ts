import { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { encodeFingerprint, unreachableFingerprint } from "../../drift/fingerprint";
import { HostState, stackOf } from "../../drift/hostState";
import { Declared, detectDrift, DriftResult } from "../../kinds/detectDrift";
import { isStopping, stop } from "../stop";
import { reachOf, type Reach } from "./ask";
import { addOptions } from "./commandOptions";
import { ifStillTrue } from "./early";
import { askEngine, startEngine } from "./engine";
import { showResult } from "./messages";
import { Moves } from "./moves";
import { notLookedAt } from "./outOfReach";
import { type HostReading, Read, readHost } from "./read";
import { type ProgramCommand, RecordedCommands } from "./state/recordedCommands";
import { asRenamed, renamedObject, renamedStack } from "./state/renamed";
import { readState, recordOf } from "./state/state";

/** A Command that is about to be registered. */
interface Registering extends ProgramCommand {
  resource: () => pulumi.Resource;
  stdin: pulumi.Input<string>;
}

/**
 * Reads a host once, before anything is changed there, and compares each object that is declared on it. The command
 * provider has no refresh of its own, so this is what lets a preview show drift.
 */
export class Refresh {
  /** A text that changes when the program has to be installed again; otherwise the same as last time. */
  readonly program: pulumi.Output<string>;
  /** What the state has of this host's Commands. */
  readonly recorded: RecordedCommands;
  private readonly read: pulumi.Output<Read | undefined>;
  private readonly declared: Declared[] = [];
  private readonly moves: Moves;

  /**
   * @param host The parent of the Commands.
   * @param bootId The boot id of a Vagrant machine; unknown as long as the machine cannot be read.
   * @param previous The treatment of objects on a machine that was this host before: removed there first ("clean"), or
   *   forgotten ("gone").
   */
  constructor(
    private readonly label: string,
    private readonly host: pulumi.Resource,
    connection: types.input.remote.ConnectionArgs,
    bootId: pulumi.Input<string> | undefined,
    previous: "clean" | "gone" = "gone",
  ) {
    // Mocks have no engine: there is nothing to read, and no transform runs. hasEngine() would say so
    // of a component host too, whose engine is that of the call.
    const real = pulumi.runtime.getEngine() !== undefined;
    this.moves = new Moves(label, host, previous);
    this.recorded = new RecordedCommands(label, host, connection, real);
    this.read = real ? this.readOnce(connection, bootId) : pulumi.output(undefined);
    this.program = this.read.apply(async (read) => (read ? this.programOf(read) : ""));
  }

  private async programOf(read: Read): Promise<string> {
    const { reading } = read;
    const command = { name: `${this.label}-tools`, kind: "host", parent: this.host };
    const recorded = await this.recorded.of(command);
    await this.moves.follow(command, recorded, read);
    switch (reading.is) {
      case "read":
        return reading.state.program ?? "";
      case "without program":
        return encodeFingerprint({ text: "new", facts: [reading.stamp] });
      case "unreachable":
        return this.keepUnreachable(command);
    }
  }

  /**
   * The drift fingerprint of an object. Differences are shown beside the resource; an object that cannot be made ends
   * the run.
   */
  fingerprintOf(object: Declared, command: Registering): pulumi.Output<string> {
    this.declared.push(object);
    const fingerprint = this.read.apply((read) =>
      read === undefined
        ? pulumi.output(encodeFingerprint({ text: "new" }))
        : pulumi
            .output(command.stdin)
            .apply((stdin) => this.compare({ object, command, read, stdin })),
    );
    // Not secret, even if the object's page is: a fingerprint has only a hash of it.
    return pulumi.unsecret(fingerprint);
  }

  private async compare(what: {
    object: Declared;
    command: Registering;
    read: Read;
    stdin: string;
  }): Promise<string> {
    const { object, command, read, stdin } = what;
    const { reading } = read;
    const recorded = await this.recorded.of(command);
    Object.assign(object, { stdin, recorded });
    await this.moves.follow(command, recorded, read);
    if (reading.is === "unreachable") {
      return this.keepUnreachable(command);
    }
    if (reading.is === "without program") {
      const renamedFrom = recorded?.owner === object.owner ? undefined : recorded?.owner;
      return encodeFingerprint({ text: "new", renamedFrom });
    }
    const state = await this.withNamesOf(object, reading.state);
    const result = detectDrift(object, state, this.label, this.declared);
    await this.refuse(result, state);
    const notes = [...(await this.recorded.moveOf(command, recorded)), ...(result.notes ?? [])];
    showResult({ ...result, notes }, command.resource());
    return result.fingerprint;
  }

  /**
   * A host that cannot be reached is not drift: its Commands keep the inputs that the state has. The deletion keeps
   * naming the same owner and the program that made the object.
   */
  private async keepUnreachable(command: ProgramCommand): Promise<string> {
    await addOptions(command, { ignoreChanges: ["create", "delete"] });
    return unreachableFingerprint;
  }

  /** The machine's state, with the names that its owners have now. */
  private async withNamesOf(object: Declared, state: HostState): Promise<HostState> {
    const rename = renamedStack(await readState(), stackOf(object.owner));
    const all = rename ? (renamedOnce.get(state) ?? asRenamed(state, rename)) : state;
    renamedOnce.set(state, all);
    const { recorded, kind, owner } = object;
    return recorded === undefined || recorded.owner === owner
      ? all
      : asRenamed(all, renamedObject({ kind, owner: recorded.owner }, owner));
  }

  /** Ends the run if an object cannot be made. The error names all such objects of this host. */
  private async refuse({ conflict }: DriftResult, state: HostState): Promise<void> {
    if (conflict === undefined) {
      return;
    }
    if (isStopping()) {
      return stop(conflict);
    }
    const refusals = this.declared.flatMap((object) => {
      const { conflict: why } = detectDrift(object, state, this.label);
      return why === undefined ? [] : `${nameOf(object)}: ${why}`;
    });
    await stop(refusals.join("\n"));
  }

  private readOnce(
    connection: types.input.remote.ConnectionArgs,
    bootId: pulumi.Input<string> | undefined,
  ): pulumi.Output<Read> {
    void startEngine(this.host);
    const early = bootId === undefined ? undefined : this.readEarly();
    const read = pulumi
      .all([pulumi.output(connection), bootId ?? ""])
      .apply(async ([unwrapped, boot]) => {
        const reach = reachOf(unwrapped);
        const reading =
          ifStillTrue(await early, reach, boot) ??
          (await this.readHost(reach).catch((error: unknown) =>
            stop(error instanceof Error ? error.message : String(error)),
          ));
        if (reading.is === "unreachable") {
          void pulumi.log.warn(`${this.label} ${notLookedAt}: ${reading.why}`);
        }
        return { reading, reach };
      });
    // The key is secret, but what was read is not.
    return pulumi.unsecret(read);
  }

  private readHost(reach: Reach, early = false): Promise<HostReading> {
    return readHost(this.label, reach, (...asked) => askEngine(...asked, this.host, early));
  }

  /** Reads the machine over the connection of the last run. Undefined if that fails; the machine is then read again. */
  private async readEarly(): Promise<Read | undefined> {
    try {
      const recorded = await recordOf(`${this.label}-tools`, this.host, undefined);
      if (recorded?.connection === undefined) {
        return undefined;
      }
      const reach = reachOf(recorded.connection);
      return { reading: await this.readHost(reach, true), reach };
    } catch {
      return undefined;
    }
  }
}

/** The host states with the present names of their owners, each computed once. */
const renamedOnce = new WeakMap<HostState, HostState>();

function nameOf({ kind, owner }: Declared): string {
  return `${kind} "${decodeURIComponent(owner.split("/").at(-1) ?? owner)}"`;
}
