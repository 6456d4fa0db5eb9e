import * as ipaddr from "ipaddr.js";
import { z } from "zod";
import { problemOf } from "../args/problems";
import {
  boolean,
  either,
  instance,
  instances,
  integer,
  listOf,
  matching,
  object,
  oneOf,
} from "../args/validate";
import { Member, plainRealServer } from "../backends/plainRealServer";
import { RealServer } from "../backends/realServer";
import { Director } from "../director/director";
import { isMarkedPorts } from "../ipvs/clientPorts";
import { schedulerFlags, schedulers } from "../ipvs/schedulers";
import { sorryServerSchema } from "../keepalived/healthCheck";
import { Directors } from "../vip/directors";
import { Vip } from "../vip/vip";

/** A mask of ones, then zeros. With 0.0.0.0 all clients stay with one member. */
const netmask = matching(
  (s) =>
    ipaddr.IPv4.isValidFourPartDecimal(s) &&
    ipaddr.IPv4.parse(s).prefixLengthFromSubnetMask() !== null,
  "an IPv4 mask such as 255.255.255.0",
);

const markedPorts = matching(
  isMarkedPorts,
  'a port or a range of ports such as "8000-8999", either with a protocol of its own such as "443/udp"',
);

/** The ports that get a service's firewall mark. */
const portsOfMark = listOf(either("number", integer(1, 65535), markedPorts), "ports");

/** The members: each a RealServer, or its address and options as plain values. */
const realServers = listOf(
  z.unknown().transform((value, context): Member => {
    const schema = isPlain(value) ? plainRealServer : instance(RealServer);
    const result = schema.safeParse(value);
    if (result.success) {
      return result.data;
    }
    for (const issue of result.error.issues) {
      const { path, message } = problemOf(issue);
      context.addIssue({ code: "custom", path, message });
    }
    return z.NEVER;
  }),
  "RealServer",
);

/** True for an object literal, not for a resource or an output. */
function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && value.constructor === Object;
}

/**
 * The parts of a virtual service's key besides its address, of an IpvsService and in a table.
 * @internal
 */
export const servicePlace = {
  port: integer(0, 65535).optional(),
  protocol: oneOf(["tcp", "udp", "sctp"]).optional(),
  // ipvsadm prints larger numbers as negative ones.
  firewallMark: integer(1, 2147483647).optional(),
  family: oneOf(["ipv4", "ipv6"]).optional(),
};

/**
 * Its properties besides its members.
 * @internal
 */
export const serviceOptions = {
  scheduler: oneOf(schedulers).default("wlc"),
  schedulerFlags: listOf(oneOf(schedulerFlags), "scheduler flags").optional(),
  persistence: object({
    timeout: integer(1, 2678400).optional(),
    netmask: either("number", integer(1, 128), netmask).optional(),
    engine: oneOf(["sip"]).optional(),
  }).optional(),
  onePacket: boolean.default(false),
};

/**
 * Whether others may have members in a service, too; of an IpvsService and of a table.
 * @internal
 */
export const memberOwnership = oneOf(["shared", "exclusive"]).default("shared");

/**
 * Its properties for keepalived.
 * @internal
 */
export const keepalivedOptions = {
  quorum: integer(1, 2147483647).optional(),
  hysteresis: integer(0, 2147483646).optional(),
  sorryServer: sorryServerSchema.optional(),
  alpha: boolean.optional(),
  omega: boolean.optional(),
};

/**
 * The arguments of an IpvsService.
 * @internal
 */
export const serviceSchema = object({
  director: instance(Director).optional(),
  directors: instances(Director).optional(),
  vip: instance(Vip).optional(),
  ...servicePlace,
  ports: portsOfMark.optional(),
  ...serviceOptions,
  realServers,
  ...keepalivedOptions,
  drainTimeout: integer(0, 3600).default(30),
  keepWeights: boolean.default(false),
  members: memberOwnership,
  adopt: boolean.default(false),
});
/** The arguments of a service, each valid by itself. */
export type ValidService = Omit<z.infer<typeof serviceSchema>, keyof Directors> & Directors;
