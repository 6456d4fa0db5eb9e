import { ConfigError, only, resourcePolicy } from "./definition";
import { rangeOf } from "./ranges";
import { types, integerOf } from "./resources";
import { notAllowed } from "./violations";

/** The ports that may be offered to clients. */
export const allowedPorts = resourcePolicy<{ ports: (string | number)[] }>({
  name: "allowed-ports",
  description: "Virtual services and static redirections use only allowed ports.",
  enforcementLevel: "mandatory",
  parameters: {
    ports: {
      description: 'Ports and ranges of ports: "443", "8000-8999"; 0 is a service on every port.',
      type: "array",
      items: { type: ["string", "integer"], pattern: "^[0-9]{1,5}(-[0-9]{1,5})?$" },
      minItems: 1,
      default: ["0-65535"],
    },
  },
  of: only(types.service, types.table, types.redirect),
  check: ({ type, props }, { ports }, refuse) => {
    const ranges = ports.map(range);
    const allowed = ([first, last]: [number, number]) =>
      ranges.some(([from, to]) => first >= from && last <= to);
    const port = integerOf(props.port);
    if (port !== undefined && !allowed([port, port])) {
      refuse(notAllowed("port", port, ports));
    }
    const isMarked =
      (props.firewallMark !== undefined && props.ports === undefined) ||
      (type === types.table && (integerOf(props.firewallMarks) ?? 0) > 0);
    if (isMarked && !allowed([0, 65535])) {
      refuse(
        `firewallMark without ports, which others mark for any port, is not allowed; allowed are ${ports.join(", ")}${type === types.table ? "" : ": name them in ports"}`,
      );
    }
    // The ports of a service with a firewall mark ("443/udp" with its protocol), or of a table.
    for (const marked of Array.isArray(props.ports) ? (props.ports as unknown[]) : []) {
      const isOne = typeof marked === "string" || typeof marked === "number";
      if (isOne && !allowed(range(String(marked).replace(/\/(tcp|udp|sctp)$/, "")))) {
        refuse(notAllowed("ports", marked, ports));
      }
    }
  },
});

/** @throws ConfigError for a range that holds no port. */
function range(written: string | number): [number, number] {
  const found = rangeOf(written, 65535);
  if (!found) {
    throw new ConfigError(
      "allowed-ports",
      `"${written}" is not a port or a range such as 8000-8999`,
    );
  }
  return found;
}
