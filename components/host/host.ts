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
import { program, programPath, slug } from "./kernel";
import { inPosixShell, shellQuote } from "./quoting";
import { Refresh } from "./refresh/refresh";
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
   * The treatment of a machine that was this host before, with `ssh`: "clean" removes from it what was made there,
   * before it is made on the new one; "gone" leaves it alone, as it is no more. @default "clean"
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
  /** Text that follows after an empty line, such as a page; it may be secret. */
  body?: pulumi.Input<string>;
  /** One that others made is taken over, instead of refused. */
  adopt?: boolean;
  /** Values that make it another object: a change of them replaces instead of updating. */
  identity?: string[];
  /** Members whose weights are left as they are: "all", or "10.10.10.2:80 10.10.10.3:80". */
  keepWeights?: string;
  /** Further words for the script's command line, such as a timeout. */
  options?: string[];
  /** Nothing is to be removed at destroy: the object only reads. */
  readOnly?: boolean;
}

const anything = mapOf(z.unknown());

/**
 * The arguments that are known before a machine is there; outputs of other resources are let through.
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
 * A machine reached over SSH: its connection with the pinned host key, the program that makes kernel
 * objects on it, and the one way to run something on it.
 */
export class Host extends pulumi.ComponentResource {
  /** The host's name in this program. */
  readonly label: string;
  /** The interface of the network that is balanced. */
  readonly interface: string;
  /** The machine's own address on it, with prefix; that of IPv6 where it has no other. */
  readonly address: string;
  /** Its IPv6 address there, with prefix. */
  readonly address6?: string;
  /** The Vagrant machine below, if there is one. */
  readonly machine?: vagrant.Machine;
  /** The connection for SSH; contains the private key. */
  readonly connection: types.input.remote.ConnectionArgs;
  /** The login for a person: the path of the key's file instead of the key. */
  readonly access: pulumi.Output<Access>;
  /** Resolves when the machine can run commands. */
  private readonly tools: remote.Command;
  /** The machine's state, read before anything is changed there. */
  private readonly refresh: Refresh;

  /**
   * @throws pulumi.RunError where an argument is wrong, or both or neither of `machine` and `ssh` are given. That
   * the machine has the interface is checked before anything is changed on it; without it the update fails.
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
    // A machine that is about to be started or made has no boot id yet, and is looked at after that.
    // Vagrant's machines see to it themselves that nothing of one is left when another takes its place.
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
   * Makes a kernel object on this machine, which belongs to the name; destroy removes it.
   * @internal
   */
  run(name: string, object: KernelObject, opts: pulumi.CustomResourceOptions): remote.Command {
    const owner = ownerOf(name);
    const words = (verb: string) =>
      [object.kind, verb, owner, ...(object.options ?? [])].map(shellQuote).join(" ");
    const { desired, body, adopt = false } = object;
    const registering = { name, parent: opts.parent, resource: () => command };
    const stdin = body === undefined ? desired : pulumi.interpolate`${desired}\n${body}`;
    const create = object.readOnly
      ? `${programPath} ${words("read")}`
      : this.refresh
          .fingerprintOf({ ...object, owner, adopt }, { ...registering, stdin })
          .apply(
            (fingerprint) =>
              `${programPath} --generation ${shellQuote(fingerprint)}${adopt ? " --adopt" : ""} ${words("apply")}`,
          );
    const command: remote.Command = new remote.Command(
      name,
      {
        connection: this.connection,
        create,
        delete: object.readOnly ? undefined : `${programPath} ${words("remove")}`,
        stdin,
        // On another host it is another object, to be removed from the first.
        triggers: [this.refresh.labelOf(registering), ...(object.identity ?? [])],
        // Earlier output would travel as environment variables, which sshd refuses.
        addPreviousOutputInEnv: false,
      },
      this.childOptions(opts),
    );
    return command;
  }

  /**
   * Old before new: a removal that is left over from an update that failed would otherwise come after
   * the same object had been made again, and take that away.
   */
  private childOptions(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions(
      {
        dependsOn: [this.tools],
        deletedWith: this.machine,
        deleteBeforeReplace: true,
        transforms: this.refresh.transforms,
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
        // Another version comes beside the one before, which the removals in the state still name.
        triggers: [
          this.refresh.labelOf({ name: `${name}-tools`, parent: this, resource: () => tools }),
          programPath,
        ],
        addPreviousOutputInEnv: false,
      },
      { parent: this, deletedWith: this.machine, transforms: this.refresh.transforms },
    );
    return tools;
  }
}

/** Project, stack and name, in letters that are fit for file names and patterns alike. */
function ownerOf(name: string): string {
  const owner = [pulumi.getProject(), pulumi.getStack(), name]
    .map((part) =>
      encodeURIComponent(part).replace(
        /[!'()*~]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join("/");
  // It is part of a file's name on the machine, of which 255 letters are allowed.
  return owner.length <= 180 ? owner : `${owner.split("/").slice(0, 2).join("/")}/${slug(name)}`;
}
