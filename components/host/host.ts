import { remote, types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as vagrant from "@pulumi/vagrant";
import { z } from "zod";
import {
  checkArgs,
  input,
  interfaceName,
  invalid,
  ipv4WithPrefix,
  ipv6WithPrefix,
  mapOf,
  object,
  oneOf,
  text,
  vagrantName,
  variable,
} from "../args/validate";
import { applyLine } from "./applyCall";
import { program, programPath } from "./kernel";
import { ownerOf } from "./owner";
import { inPosixShell, shellQuote } from "./quoting";
import { Refresh } from "./refresh/refresh";
import type { ProgramCommand } from "./refresh/state/recordedCommands";
import { slug } from "./slug";
import { Access, accessOf, checkBastion, connectionOf, SshArgs, sshSchema } from "./ssh";

export interface HostArgs {
  /** A machine of a Vagrantfile, brought up with the host. Exactly one of `machine` and `ssh`. */
  machine?: vagrant.MachineArgs;
  /** A machine that exists already. Exactly one of `machine` and `ssh`. */
  ssh?: SshArgs;
  /** The interface of the network that is balanced, such as enp0s8. */
  interface: string;
  /** The machine's own address on that interface, with prefix: 10.10.10.1/24. At least one of `address` and `address6`. */
  address?: string;
  /** Its IPv6 address there, if it has one, with prefix: 2001:db8::1/64. */
  address6?: string;
  /**
   * What to do with another machine that was this host before, with `ssh`. "clean" removes everything that was made
   * there before making it on the new one. "gone" leaves the earlier machine alone because it no longer exists.
   * @default "clean"
   */
  previousMachine?: "clean" | "gone";
}

/**
 * One kernel object (or a group that belongs together) on a host.
 * @internal
 */
export interface KernelObject {
  /** The script that makes and removes it: kinds/<kind>/<kind>.sh. */
  kind: string;
  /** Its desired settings: the script's standard input, whose lines are the preview's diff. */
  desired: string;
  /** Text that follows the settings after an empty line, such as a page; it may be secret. */
  body?: pulumi.Input<string>;
  /** True to take over an object that others made, instead of refusing it. */
  adopt?: boolean;
  /** Values whose change replaces the object instead of updating it. */
  identity?: string[];
  /** The kind of the same object with the director's other engine, which becomes this one in place. */
  otherKind?: string;
  /** Members whose weights are left as they are: "all", or "10.10.10.2:80 10.10.10.3:80". */
  keepWeights?: string;
  /** True if members that others added are removed. */
  exclusive?: boolean;
  /** Further words for the script's command line, such as a timeout. */
  options?: string[];
  /** The name in files that its words, its identity and its settings (behind "instance") have. */
  instance?: NameInFiles;
  /** True if the object only reads, so destroy has nothing to remove. */
  readOnly?: boolean;
}

/**
 * A name in files on a machine, such as that of a director's keepalived.
 * @internal
 */
export interface NameInFiles {
  /** The name that it would get if it were new. */
  name: string;
  /** The name that it has: once it is in use it stays, whatever stack, project or resource are called later. */
  kept: pulumi.Output<string>;
}

const anything = mapOf(z.unknown());

/**
 * The arguments that are known before a machine exists; outputs of other resources are accepted.
 * @internal
 */
export const hostSchema = object({
  machine: object({
    name: input(vagrantName),
    directory: input(text).optional(),
    environment: input(mapOf(input(variable))).optional(),
    program: input(text).optional(),
    triggers: input(anything).optional(),
    replaceTriggers: input(anything).optional(),
  }).optional(),
  ssh: sshSchema.optional(),
  interface: interfaceName,
  address: ipv4WithPrefix.optional(),
  address6: ipv6WithPrefix.optional(),
  previousMachine: oneOf(["clean", "gone"]).default("clean"),
});

/**
 * A machine reached over SSH: its connection with the pinned host key, and the program that makes kernel objects on it.
 */
export class Host extends pulumi.ComponentResource {
  /** The host's name in this program. */
  readonly label: string;
  /** The interface of the network that is balanced. */
  readonly interface: string;
  /** The machine's own address on it, with prefix; an IPv6 address if it has no other. */
  readonly address: string;
  /** Its IPv6 address there, with prefix. */
  readonly address6?: string;
  /** The Vagrant machine, if it is one. */
  readonly machine?: vagrant.Machine;
  /** The SSH connection, which contains the private key. */
  readonly connection: types.input.remote.ConnectionArgs;
  /** The login for a person: the path of the key's file instead of the key. */
  readonly access: pulumi.Output<Access>;
  /** Resolves when the machine can run commands. */
  private readonly tools: remote.Command;
  /** The machine's state, read before anything is changed there. */
  private readonly refresh: Refresh;

  /**
   * @throws pulumi.RunError if an argument is wrong, or both or neither of `machine` and `ssh` are given. The update
   *   checks that the machine has the interface before it changes anything there, and fails without it.
   */
  constructor(name: string, args: HostArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("Host", name, hostSchema, args);
    const own = checked.address ?? checked.address6;
    if (own === undefined) {
      throw invalid("Host", name, [
        "address, address6: at least one of the two must be given, such as 10.10.10.1/24 or 2001:db8::1/64",
      ]);
    }
    // The connection stays out of the component's inputs: it holds a private key.
    super(
      "ipvs-lab:index:Host",
      name,
      { interface: checked.interface, address: checked.address, address6: checked.address6 },
      opts,
    );
    this.label = name;
    this.interface = checked.interface;
    this.address = own;
    this.address6 = checked.address6;
    const reached = this.reached(name, args);
    this.machine = reached instanceof vagrant.Machine ? reached : undefined;
    this.connection = connectionOf(reached);
    this.access = accessOf(reached);
    // A machine that is about to be started or made has no boot id yet, and is read after that. When one Vagrant
    // machine replaces another, nothing of the earlier one is left.
    const previous = this.machine ? "gone" : checked.previousMachine;
    this.refresh = new Refresh(name, this, this.connection, this.machine?.bootId, previous);
    this.tools = this.installTools(name);
    this.registerOutputs({ interface: this.interface, address: this.address });
  }

  private reached(name: string, { machine, ssh }: HostArgs): vagrant.Machine | SshArgs {
    if (machine && !ssh) {
      return new vagrant.Machine(name, machine, { parent: this });
    }
    if (ssh && !machine) {
      checkBastion(name, ssh);
      return ssh;
    }
    throw invalid("Host", name, ["machine, ssh: exactly one of the two must be given"]);
  }

  /**
   * Makes a kernel object on this machine, owned by the given name; destroy removes it.
   * @internal
   */
  run(name: string, object: KernelObject, opts: pulumi.CustomResourceOptions): remote.Command {
    const owner = ownerOf(name);
    const { body, adopt = false, instance } = object;
    const named = (text: string) => withKeptName(text, instance);
    const words = (verb: string) =>
      pulumi.all([object.kind, verb, owner, ...(object.options ?? []).map(named)]);
    const line = (all: string[]) => all.map(shellQuote).join(" ");
    const call = (verb: string) => words(verb).apply((all) => line([programPath, ...all]));
    const desired = named(object.desired);
    const registering = { name, kind: object.kind, parent: opts.parent, resource: () => command };
    const stdin = body === undefined ? desired : pulumi.interpolate`${desired}\n${body}`;
    const create = object.readOnly
      ? call("read")
      : pulumi
          .all([
            this.refresh.fingerprintOf({ ...object, owner, adopt }, { ...registering, stdin }),
            words("apply"),
          ])
          .apply(([fingerprint, all]) =>
            line(applyLine({ program: programPath, fingerprint, adopt, words: all })),
          );
    const command: remote.Command = new remote.Command(
      name,
      {
        connection: this.connection,
        create,
        delete: object.readOnly ? undefined : call("remove"),
        stdin,
        triggers: this.triggersOf(object, registering),
        // Earlier output would travel as environment variables, which sshd refuses.
        addPreviousOutputInEnv: false,
      },
      this.childOptions(opts),
    );
    return command;
  }

  /** The values whose change replaces a Command: on another host it is another object. */
  private triggersOf(
    { identity = [], instance, otherKind }: KernelObject,
    command: ProgramCommand,
  ): pulumi.Input<pulumi.Input<string>[]> {
    const label = this.refresh.recorded.labelOf(command);
    const values = identity.map((value) => withKeptName(value, instance));
    return otherKind === undefined
      ? [label, ...values]
      : pulumi
          .all([label, this.refresh.recorded.identityOf(command, otherKind, values)])
          .apply(([first, others]) => [first, ...others]);
  }

  /**
   * A name in files on this machine. Once it is in use it stays, whatever the stack, the project or the resource is
   * called later.
   * @param director The director's name in this program.
   * @param kind What of it has files there; its Command, DIRECTOR-KIND, has the name behind the word "instance".
   * @internal
   */
  nameInFiles(director: string, kind: string, parent: pulumi.Resource): NameInFiles {
    const name = slug([pulumi.getProject(), pulumi.getStack(), director].join("-"));
    const command = { name: `${director}-${kind}`, kind, parent };
    return { name, kept: this.refresh.recorded.nameInFiles(name, command) };
  }

  /**
   * The old object is removed before the new one is made. Otherwise a removal left over from a failed update could
   * remove the same object after it was made again.
   */
  private childOptions(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions(
      {
        dependsOn: [this.tools],
        deletedWith: this.machine,
        deleteBeforeReplace: true,
      },
      opts,
    );
  }

  /** Checks the interface, then puts the program in place: the first thing done on a machine. */
  private installTools(name: string): remote.Command {
    const create = [
      "t=$(mktemp)",
      `trap 'rm -f "$t"' EXIT`,
      'cat >"$t"',
      `sh "$t" host check ${shellQuote(this.interface)}`,
      `sh "$t" host install ${shellQuote(programPath)}`,
    ].join(" && ");
    const tools: remote.Command = new remote.Command(
      `${name}-tools`,
      {
        connection: this.connection,
        create: this.refresh.program.apply((why) => inPosixShell(`${create} ${shellQuote(why)}`)),
        delete: `${programPath} host uninstall`,
        stdin: program,
        // A new version is put beside the previous one, which the removals in the state still name.
        triggers: [
          this.refresh.recorded.labelOf({
            ...{ name: `${name}-tools`, kind: "host", parent: this, resource: () => tools },
          }),
          programPath,
        ],
        addPreviousOutputInEnv: false,
      },
      { parent: this, deletedWith: this.machine },
    );
    return tools;
  }
}

/** A word, or settings, in which a name in files is the one that is kept. */
function withKeptName(text: string, instance?: NameInFiles): pulumi.Input<string> {
  return instance === undefined
    ? text
    : instance.kept.apply((kept) =>
        text === instance.name ? kept : text.replace(/^instance .*$/m, `instance ${kept}`),
      );
}
