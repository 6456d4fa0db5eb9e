import { either, boolean, listOf, matching, object, oneOf, integer } from "../args/validate";
import { isMarkedPorts } from "../ipvs/clientPorts";
import { schedulerFlags, schedulers } from "../ipvs/serviceLines";
import { isNetmask } from "./serviceChecks";

const netmask = matching(isNetmask, "an IPv4 mask such as 255.255.255.0");

const markedPorts = matching(
  isMarkedPorts,
  'a port or a range of ports such as "8000-8999", either with a protocol of its own such as "443/udp"',
);

/**
 * The ports that get a service's firewall mark.
 * @internal
 */
export const portsOfMark = listOf(either("number", integer(1, 65535), markedPorts), "ports");

/**
 * The parts of a virtual service's key besides its address, wherever it is written.
 * @internal
 */
export const servicePlace = {
  port: integer(0, 65535).optional(),
  protocol: oneOf(["tcp", "udp", "sctp"]).optional(),
  // ipvsadm prints greater ones as negative numbers.
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
