import { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { addOptions } from "../commandOptions";
import { known } from "../known";
import { hostKeyOf } from "../previous";
import { commandType, Recorded, readState, recordOf } from "./state";
import { componentsOf, earlierUrns } from "./urns";

/** A Command of the program. */
export interface ProgramCommand {
  name: string;
  /** The kind of its object; "host" for the one that puts the program in place. */
  kind: string;
  parent?: pulumi.Resource;
  /** The Command itself, once its constructor has returned. */
  resource?: () => pulumi.Resource;
}

/**
 * The Commands of one host in Pulumi's state, under whatever name, and in whatever component of the program they were
 * when it was written.
 */
export class RecordedCommands {
  /**
   * @param label The host's name.
   * @param isReal False under mocks, which have no state.
   */
  constructor(
    private readonly label: string,
    private readonly host: pulumi.Resource,
    private readonly connection: types.input.remote.ConnectionArgs,
    private readonly isReal: boolean,
  ) {}

  /**
   * What the state has of a Command; undefined where it has none. One that is in another component than before, without
   * an alias, is found by its name, its kind and its machine; it gets the alias, as Pulumi would otherwise make it anew,
   * then remove what it has just made.
   */
  async of(command: ProgramCommand): Promise<Recorded | undefined> {
    const { name, kind, parent, resource } = command;
    const found = await recordOf(name, parent, resource?.());
    if (found !== undefined) {
      return found;
    }
    const called = ((await readState()).byName?.get(name) ?? []).filter(
      (one) => one.kind === kind && one.label === this.label,
    );
    const [one, ...others] = called;
    if (one === undefined || others.length > 0 || !(await this.isOnThisMachine(one))) {
      return undefined;
    }
    await addOptions(command, { aliases: [one.urn] });
    return one;
  }

  /**
   * The label that ties a Command's object to this machine: the name of its Host. Objects of a renamed Host keep its
   * earlier name, so they are not replaced.
   */
  labelOf(command: ProgramCommand): pulumi.Input<string> {
    if (!this.isReal) {
      return this.label;
    }
    const kept = async () => {
      const recorded = await this.of(command);
      const { hosts } = await readState();
      if (recorded === undefined || recorded.label === this.label) {
        return this.label;
      }
      const before = await earlierUrns(this.host);
      const isName = before.some((urn) => urn.endsWith(`::${recorded.label}`));
      return (await this.isOnThisMachine(recorded)) &&
        (isName || hosts?.has(recorded.label) === false)
        ? recorded.label
        : this.label;
    };
    // The resource's constructor has not returned yet.
    return pulumi.output(Promise.resolve().then(kept));
  }

  /**
   * A name in files on this machine, such as that of a director's keepalived. Once it is in use it stays, whatever the
   * stack, the project or the resource is called later.
   * @param name The name that it gets if it is new.
   * @param command The Command whose input has it behind the word "instance".
   */
  nameInFiles(name: string, command: ProgramCommand): pulumi.Output<string> {
    const kept = async () => {
      const recorded = this.isReal ? await this.of(command) : undefined;
      return /^instance (\S+)$/m.exec(recorded?.stdin ?? "")?.[1] ?? name;
    };
    return pulumi.output(Promise.resolve().then(kept));
  }

  /**
   * The values whose change replaces the object of a Command. When a director changes its engine, its table keeps those
   * of the state and goes on in place, so that its services stay in the kernel.
   * @param otherKind The kind of the table with the other engine.
   * @param declared Of engine "keepalived" the name of the director's keepalived, else nothing.
   */
  identityOf(
    command: ProgramCommand,
    otherKind: string,
    declared: pulumi.Input<string>[],
  ): pulumi.Output<string[]> {
    return pulumi.all(declared).apply(async (identity) => {
      const recorded = this.isReal ? await this.of(command) : undefined;
      const [instance] = identity;
      const isSame =
        recorded?.kind === command.kind && (instance === undefined || recorded.option === instance);
      return recorded !== undefined && (recorded.kind === otherKind || isSame)
        ? recorded.identity
        : identity;
    });
  }

  /** A sentence about a Command that is in another component than before. */
  async moveOf(
    { name, parent }: ProgramCommand,
    recorded: Recorded | undefined,
  ): Promise<string[]> {
    const urn = await known(pulumi.createUrn(name, commandType, parent));
    if (urn === undefined || recorded === undefined) {
      return [];
    }
    const [from, to] = [recorded.urn, urn].map(componentsOf);
    return from === to
      ? []
      : [`moved from ${from} to ${to} in the program; what it has on ${this.label} stays as it is`];
  }

  private async isOnThisMachine({ connection }: Recorded): Promise<boolean> {
    const hostKey = await known(this.connection.hostKey);
    return hostKeyOf({ hostKey }) === hostKeyOf(connection ?? {});
  }
}
