import { InvalidArgumentError } from "commander";
import type { ServiceMember } from "../../components/ipvsService.js";
import type { RedirectTarget } from "../../components/staticRedirect.js";
import { outputs } from "../pulumi.js";
import { type Machines, sshArguments } from "../ssh.js";
import type { Compared, Ways } from "./phases.js";
import type { Way } from "./session.js";

/** What a lab's outputs say of its service and of its redirection. */
export interface Lab {
  balanced: { director: string; url: string; scheduler: string; members: ServiceMember[] };
  redirected?: { url: string; target: RedirectTarget };
  clients: string[];
  machines: Machines;
}

export type ComparableLab = Lab & Required<Pick<Lab, "redirected">>;

/** @throws Error where the stack has no lab */
export async function labOf(stack: string): Promise<Lab> {
  const lab = (await outputs(stack)) as Partial<Lab>;
  if (!lab.balanced || !lab.clients || !lab.machines) {
    throw new Error(`stack ${stack} is not up: run \`npm start\``);
  }
  return lab as Lab;
}

/** @throws Error where the lab has no redirection to compare with */
export function comparable(stack: string, lab: Lab): ComparableLab {
  if (!lab.redirected) {
    throw new Error(
      `stack ${stack} has no static redirection: set ipvs-lab:redirect, then run \`npm run up\``,
    );
  }
  return lab as ComparableLab;
}

/** What is compared in a lab, and how its machines are reached; `from` is the machine that asks. */
export function comparisonIn(
  stack: string,
  { balanced, redirected, clients, machines }: ComparableLab,
  { requests, rate, from }: { requests: number; rate: number; from?: string },
): { client: string; compared: Compared; ways: Ways } {
  const client = from ?? clients.find((c) => c !== balanced.director) ?? balanced.director;
  const shell = (machine: string, command: string): Way & { machine: string } => ({
    machine,
    file: "ssh",
    args: [...keptAlive, ...sshArguments(stack, machines, machine), command],
  });
  const root = 'if [ "$(id -u)" -eq 0 ]; then exec sh -s; else exec sudo -n sh -s; fi';
  return {
    client,
    compared: { balanced, redirected, requests, rate },
    ways: {
      client: shell(client, "exec sh -s"),
      director: shell(balanced.director, root),
      backend: shell(redirected.target.machine, root),
    },
  };
}

/** OpenSSH's options for a connection that carries something for long and must notice its end. */
export const keptAlive = [
  ...["-T", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"],
] as const;

/** "10.10.10.100:80" of "http://10.10.10.100:80/" */
export function placeOf(url: string): string {
  return url.replace(/^http:\/\/(.*)\/$/, "$1");
}

/** A parser of an option's whole number from 1. */
export function upTo(most: number) {
  return (value: string): number => {
    const n = Number(value);
    if (!Number.isInteger(n) || n < 1 || n > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    }
    return n;
  };
}
