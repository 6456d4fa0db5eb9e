/** A login for the ssh program. */
export interface Destination {
  host: string;
  port: number;
  user: string;
  /** The private key's file; else ssh finds one. */
  identityFile?: string;
}

/** The arguments of ssh(1) for a login, whose host key is one of a known_hosts file. */
export function loginArguments(
  { host, port, user, identityFile }: Destination,
  options: Record<string, string>,
): string[] {
  const identity: Record<string, string> =
    identityFile === undefined
      ? {}
      : { IdentityFile: pathInOption(identityFile), IdentitiesOnly: "yes" };
  return ["-p", String(port), ...optionArguments({ ...options, ...identity }), `${user}@${host}`];
}

/** Options of ssh(1), "-o NAME=VALUE" each. */
export function optionArguments(options: Record<string, string>): string[] {
  return Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/**
 * A path as the value of an option: it may hold spaces, quotes, and `%`, which ssh would expand. (`-i` looks for the
 * file before it expands the same, so that it takes no `%` at all.)
 */
export function pathInOption(path: string): string {
  return `"${path.replaceAll("%", "%%").replace(/["\\]/g, "\\$&")}"`;
}

/** A host's name in a known_hosts file. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}
