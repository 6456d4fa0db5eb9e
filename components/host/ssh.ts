import { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as vagrant from "@pulumi/vagrant";
import {
  hostKey,
  input,
  invalid,
  object,
  port,
  privateKey,
  sshHost,
  sshUser,
} from "../args/validate";

/** A machine that SSH logs in to. */
export interface SshLoginArgs {
  /** Name or address that SSH connects to. An IPv6 address may be in brackets, and may have a zone: "fe80::1%eth0". */
  host: pulumi.Input<string>;
  /** Its SSH server's port, 1 to 65535. @default 22 */
  port?: pulumi.Input<number>;
  /** A user who is root or may run `sudo -n`. */
  user: pulumi.Input<string>;
  /** The private key itself, not its path, and without a passphrase. No agent and no certificate is used. */
  privateKey: pulumi.Input<string>;
  /** The host's public key as in known_hosts, "ssh-ed25519 AAAA…": it is pinned. */
  hostKey: pulumi.Input<string>;
}

/** The SSH login of an existing machine. */
export interface SshArgs extends SshLoginArgs {
  /**
   * A machine to go through (a jump host), from which `host` and `port` are reached. It has a key and a pinned host key
   * of its own, and must allow TCP forwarding. @default none: a direct connection
   */
  bastion?: SshLoginArgs;
}

/** The SSH login of a machine for a person. */
export interface Access {
  /** Name or address that SSH connects to. */
  host: string;
  /** The port there. */
  port: number;
  /** The user that logs in. */
  user: string;
  /** The machine's public key, "ssh-ed25519 AAAA…". */
  hostKey: string;
  /** Path of the private key on this computer, if Vagrant keeps one. */
  identityFile?: string;
  /** The machine to go through, if there is one. */
  bastion?: Omit<Access, "identityFile" | "bastion">;
}

const login = {
  host: input(sshHost),
  port: input(port).optional(),
  user: input(sshUser),
  privateKey: input(privateKey),
  hostKey: input(hostKey),
};

/** @internal */
export const sshSchema = object({ ...login, bastion: object(login).optional() });

/** Refuses a bastion that is the machine itself. */
export function checkBastion(name: string, { bastion, ...ssh }: SshArgs): void {
  if (bastion?.host === ssh.host && (bastion.port ?? 22) === (ssh.port ?? 22)) {
    throw invalid("Host", name, ["ssh.bastion: it is the machine itself; leave it out"]);
  }
}

/** The connection in the command provider's form. */
export function connectionOf(from: vagrant.Machine | SshArgs): types.input.remote.ConnectionArgs {
  const bastion = from instanceof vagrant.Machine ? undefined : from.bastion;
  return { ...loginOf(from), proxy: bastion && loginOf(bastion) };
}

/** A login with exactly the known fields: with an unknown one, the provider's error would print the key. */
function loginOf(from: vagrant.Machine | SshLoginArgs) {
  return {
    host: bareHost(from.host),
    port: from.port ?? 22,
    user: from.user,
    privateKey: pulumi.secret(from.privateKey),
    hostKey: from.hostKey,
  };
}

/** A host without the brackets that an IPv6 address may have, as in a URL; the dialler adds its own. */
function bareHost(host: pulumi.Input<string>): pulumi.Input<string> {
  const bare = (text: string) => /^\[(.*:.*)\]$/.exec(text)?.[1] ?? text;
  return typeof host === "string" ? bare(host) : pulumi.output(host).apply(bare);
}

/** The login without the private keys. */
export function accessOf(from: vagrant.Machine | SshArgs): pulumi.Output<Access> {
  if (from instanceof vagrant.Machine) {
    return pulumi.output({ ...placeOf(from), identityFile: from.identityFile });
  }
  const { bastion } = from;
  return pulumi.output({ ...placeOf(from), bastion: bastion && placeOf(bastion) });
}

function placeOf({ host, port = 22, user, hostKey }: vagrant.Machine | SshLoginArgs) {
  return { host: bareHost(host), port, user, hostKey };
}
