/**
 * Parses a machine as people write it: [user@]address[:port]. An IPv6 address stands alone, or in brackets before a
 * port.
 */
export function parseHost(host: string): { user: string; address: string; port: string } {
  const [, user = "root", place = ""] = /^(?:([^@]+)@)?([^@]+)$/.exec(host) ?? [];
  const [, bracketed, plain, port = "22"] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(place) ?? [];
  return { user, address: bracketed ?? plain ?? place, port };
}

/**
 * An explanation why a machine could not be asked, from the last line that ssh or sudo printed, with a remedy where one
 * is known.
 */
export function connectionProblem(host: string, printed: string): string {
  const { user, address, port } = parseHost(host);
  const last = printed.trim().split("\n").at(-1) ?? "";
  if (/host key verification failed/i.test(printed)) {
    return (
      `${host} is not in known_hosts, or shows another key: log in once with ` +
      `\`ssh -p ${port} ${user}@${address}\` and compare the fingerprint with what the machine's console shows ` +
      "(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)"
    );
  }
  if (/^sudo:/m.test(printed)) {
    return `${host}: ${last}: import reads as root, so log in as root or as a user with sudo -n for sh`;
  }
  return `${host} cannot be asked: ${last === "" ? "ssh ended without a word" : last}`;
}
