import { resourcePolicy } from "./definition";
import { record, text, unknown } from "./resources";
import { Refuse } from "./violations";

/**
 * Without a pinned host key, nobody knows which machine runs the commands as root. A connection to a machine that does
 * not exist yet is checked in the update, before the command runs.
 */
export const pinnedHostKeys = resourcePolicy<{ except: string[] }>({
  name: "pinned-host-keys",
  description: "Commands run only on machines whose SSH host key is pinned.",
  enforcementLevel: "mandatory",
  parameters: {
    except: {
      description: "Hosts, as in the connection, that need no pinned key.",
      type: "array",
      items: { type: "string" },
      default: [],
    },
  },
  of: (type) => type.startsWith("command:remote:"),
  check: ({ props }, { except }, refuse) => {
    const { connection } = props;
    if (connection !== unknown) {
      mustBePinned(record(connection), "connection", except, refuse);
      const { proxy } = record(connection);
      if (proxy !== undefined && proxy !== null && proxy !== unknown) {
        mustBePinned(record(proxy), "connection.proxy", except, refuse);
      }
    }
  },
});

function mustBePinned(
  place: Record<string, unknown>,
  path: string,
  except: string[],
  refuse: Refuse,
): void {
  const { host, hostKey } = place;
  // A host that is not known yet may be one of the exceptions.
  const exempt = host === unknown ? except.length > 0 : except.includes(text(host) ?? "");
  const pinned = hostKey === unknown || (text(hostKey) ?? "").trim() !== "";
  if (!pinned && !exempt) {
    const shown = host === unknown ? "" : ` of host "${text(host) ?? ""}"`;
    refuse(
      `${path}.hostKey${shown} is missing; allowed is a pinned key such as "ssh-ed25519 AAAA…"`,
    );
  }
}
