import { ConfigError, only, resourcePolicy } from "./definition";
import { membersOf, plainMembersOf, record, types, integerOf } from "./resources";
import { notAllowed } from "./violations";

/** A service with one member is down when that member is. */
export const minimumMembers = resourcePolicy<{ members: number }>({
  name: "minimum-members",
  description: "Every virtual service has enough members that take connections.",
  // Draining a member for maintenance brings the workshop's service below the default.
  enforcementLevel: "advisory",
  parameters: {
    members: {
      description: "How many members with a weight above 0 each service has at least.",
      type: "integer",
      minimum: 0,
      default: 2,
    },
  },
  of: only(types.service, types.table),
  check: (service, { members: min }, refuse) => {
    // A weight that is not known yet may be above 0.
    const members = membersOf(service)?.filter((member) => member.weight !== 0).length;
    const taking = members ?? integerOf(service.props.fewestMembers);
    if (taking !== undefined && taking < min) {
      refuse(`members: ${taking} with a weight above 0 is not enough; allowed are ${min} or more`);
    }
  },
});

/** A member that is a RealServer is reported there, and one of plain values by its service. */
export const weightRange = resourcePolicy<{ min: number; max: number }>({
  name: "weight-range",
  description: "The weights of real servers are in the allowed range.",
  enforcementLevel: "mandatory",
  parameters: {
    min: {
      description: "The least weight; above 0, no member can be drained by its weight.",
      type: "integer",
      minimum: 0,
      maximum: 65535,
      default: 0,
    },
    max: {
      description: "The greatest weight.",
      type: "integer",
      minimum: 0,
      maximum: 65535,
      default: 65535,
    },
  },
  of: only(types.realServer, types.table, types.service),
  check: (resource, { min, max }, refuse) => {
    if (min > max) {
      throw new ConfigError("weight-range", `min ${min} is above max ${max}`);
    }
    const { type, props } = resource;
    const { least, greatest } = record(props.weights);
    const own = new Set([props.weight, least, greatest]);
    const weights: [at: string, value: unknown][] =
      type === types.service
        ? plainMembersOf(resource).map((m) => [`member "${m.name}": weight`, m.weight])
        : [...own].map((value) => ["weight", value]);
    for (const [at, value] of weights) {
      const weight = integerOf(value);
      if (weight !== undefined && (weight < min || weight > max)) {
        refuse(notAllowed(at, weight, `${min} to ${max}`));
      }
    }
  },
});
