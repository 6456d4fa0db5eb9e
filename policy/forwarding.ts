import { only, resourcePolicy } from "./definition";
import {
  membersOf,
  plainMembersOf,
  record,
  text,
  texts,
  types,
  unknown,
  integerOf,
} from "./resources";
import { mustBeOneOf } from "./violations";

/** The kernel's names: NAT, direct routing and IP-in-IP tunnels. */
const methods = ["masquerade", "gate", "ipip"];

/** "tunnel" is another name of ipip. */
function canonical(method: string): string {
  return method === "tunnel" ? "ipip" : method;
}

/**
 * The forwarding methods that real servers may use. A member that is a RealServer is reported there, and one of plain
 * values by its service.
 */
export const allowedForwarding = resourcePolicy<{ methods: string[] }>({
  name: "allowed-forwarding",
  description: "Packets reach real servers only by forwarding methods from the allowed list.",
  enforcementLevel: "mandatory",
  parameters: {
    methods: {
      description: "The allowed methods: masquerade, gate (direct routing), ipip or tunnel.",
      type: "array",
      items: { type: "string" },
      minItems: 1,
      default: methods,
    },
  },
  of: only(types.realServer, types.table, types.service),
  check: (resource, parameters, refuse) => {
    const { type, props } = resource;
    // keepalived reaches a sorry server by masquerade, unless the service says otherwise.
    if (props.sorryServer !== undefined && props.sorryServer !== unknown) {
      const forwarding = text(record(props.sorryServer).forwarding) ?? "masquerade";
      mustBeOneOf(refuse, "sorryServer.forwarding", forwarding, parameters.methods, canonical);
    }
    if (type === types.service) {
      for (const { name, forwarding } of plainMembersOf(resource)) {
        if (forwarding !== undefined) {
          const at = `member "${name}": forwarding`;
          mustBeOneOf(refuse, at, forwarding, parameters.methods, canonical);
        }
      }
      return;
    }
    for (const forwarding of [text(props.forwarding) ?? [], texts(props.forwardings)].flat()) {
      mustBeOneOf(refuse, "forwarding", forwarding, parameters.methods, canonical);
    }
  },
});

/** Direct routing and tunnels do not change packets, so the kernel ignores another port. */
export const noPortChangeUnderDirectRouting = resourcePolicy<{ methods: string[] }>({
  name: "no-port-change-under-direct-routing",
  description: "Members that are reached by direct routing or a tunnel have the service's port.",
  enforcementLevel: "mandatory",
  parameters: {
    methods: {
      description: "The forwarding methods that cannot change a port.",
      type: "array",
      items: { type: "string" },
      default: ["gate", "ipip"],
    },
  },
  of: only(types.service),
  check: (service, parameters, refuse) => {
    const unchanging = parameters.methods.map(canonical);
    const port = integerOf(service.props.port);
    for (const member of membersOf(service) ?? []) {
      const changes = port !== undefined && member.port !== undefined && member.port !== port;
      const { forwarding } = member;
      if (changes && forwarding !== undefined && unchanging.includes(canonical(forwarding))) {
        refuse(
          `member "${member.name}": port ${member.port} is not allowed with forwarding "${forwarding}"; allowed is the service's port ${port}`,
        );
      }
    }
  },
});
