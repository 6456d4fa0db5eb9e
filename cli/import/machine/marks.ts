/** What a rule of the machine marks. */
export interface MarkRule {
  mark: number;
  protocol?: string;
  /** "443", "10000:20000"; none for every port. */
  ports: string[];
  address?: string;
}

/** The rules that set firewall marks, in what `nft list ruleset` and `iptables-save` print. */
export function markRules(printed: string): MarkRule[] {
  const found = printed.split("\n").flatMap((line) => {
    const mark = /(?:--set-x?mark|(?:meta )?mark set) (0x[\da-f]+|\d+)/i.exec(line)?.[1];
    if (mark === undefined || Number(mark) === 0) {
      return [];
    }
    const [, protocol, list] = /\b(tcp|udp|sctp) dport (\{[^}]*\}|\S+)/.exec(line) ?? [];
    const [, ports] = /--dports? (\S+)/.exec(line) ?? [];
    const address = /(?:^|\s)(?:-d|ip6? daddr) ([\da-f.:]+)/.exec(line)?.[1];
    const kind = protocol ?? /(?:-p|meta l4proto|ip protocol) (tcp|udp|sctp)\b/.exec(line)?.[1];
    return {
      mark: Number(mark),
      ...(kind !== undefined && { protocol: kind }),
      ports:
        (list ?? ports ?? "").match(/[\w]+(?:[-:]\w+)?/g)?.map((one) => one.replace(":", "-")) ??
        [],
      ...(address !== undefined && { address }),
    };
  });
  // nft prints the rules of iptables too.
  return [...new Map(found.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** What to know about a firewall mark: which packets have it. */
export function markNote(mark: number, rules: MarkRule[]): string {
  const own = rules.filter(
    (rule) => rule.mark === mark && rule.protocol !== undefined && rule.ports.length > 0,
  );
  if (own.length === 0) {
    return (
      `firewall mark ${mark}: what sets it stays as it is, and is not in the program ` +
      "(nft list ruleset, iptables-save -t mangle)"
    );
  }
  const where = own.map(
    ({ protocol, ports, address }) =>
      `${protocol} ${ports.join(", ")}${address === undefined ? "" : ` of ${address}`}`,
  );
  const ports = own.flatMap((rule) =>
    rule.ports.map((port) =>
      rule.protocol === "tcp"
        ? /^\d+$/.test(port)
          ? port
          : `"${port}"`
        : `"${port}/${rule.protocol}"`,
    ),
  );
  return (
    `firewall mark ${mark}: the machine's rules set it for ${where.join(" and ")}, and stay as they are; ` +
    `once they are gone, vip and ports: [${[...new Set(ports)].join(", ")}] of its service let the director set it`
  );
}
