import type { Lab } from "../../lab/lab.js";
import { asRoot, remoteCommand } from "../../lab/ssh.js";
import { commandFor } from "../../lab/stackSetting.js";
import type { ComparedServices, Shells } from "./phases.js";

export type ComparableLab = Lab & Required<Pick<Lab, "redirected">>;

/**
 * The lab, with its redirection.
 * @throws Error when the lab has no redirection to compare with, or several directors: the redirection is on the first
 * one alone, and the service's connections are where the address is.
 */
export function comparable(stack: string, lab: Lab): ComparableLab {
  if (!lab.redirected) {
    throw new Error(
      `stack ${stack} has no static redirection: set ipvs-lab:redirect, then run \`${commandFor(stack, "npm run up")}\``,
    );
  }
  if (lab.balanced.moreDirectors?.length) {
    throw new Error(
      `stack ${stack} has several directors: the comparison is for a lab with one (ipvs-lab:moreDirectors)`,
    );
  }
  return lab as ComparableLab;
}

/** The services to compare in a lab, and the shells for it. `from` is the machine that makes the requests. */
export function comparisonIn(
  stack: string,
  { balanced, redirected, clients, machines }: ComparableLab,
  { requests, rate, from }: { requests: number; rate: number; from?: string },
): { client: string; compared: ComparedServices; ways: Shells } {
  const client = from ?? clients.find((c) => c !== balanced.director) ?? balanced.director;
  const shell = (machine: string, command: string): Shells["client"] => ({
    machine,
    ...remoteCommand(stack, machines, machine, command),
  });
  return {
    client,
    compared: { balanced, redirected, requests, rate, repair: commandFor(stack, "npm run up") },
    ways: {
      client: shell(client, "exec sh -s"),
      director: shell(balanced.director, asRoot("sh -s")),
      backend: shell(redirected.target.machine, asRoot("sh -s")),
    },
  };
}

/** "10.10.10.100:80" of "http://10.10.10.100:80/". */
export function addressAndPort(url: string): string {
  return url.replace(/^http:\/\/(.*)\/$/, "$1");
}
