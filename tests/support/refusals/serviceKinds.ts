import { RealServer, schedulerFlags, schedulers } from "../../../components";
import { forwardings } from "../../../components/ipvs/forwarding";
import { nested, oneOfEach, optional, Properties, required } from "./cases";
import { check, sorryServer } from "./checkKinds";
import * as kinds from "./valueKinds";

/** What services and members may be, wherever they are written. */

export const tunnelProperties: Properties = {
  type: optional({ ...kinds.oneOf("ipip", "gue", "gre"), good: ["gue"] }),
  port: optional(kinds.port),
  checksum: optional(kinds.oneOf("nocsum", "csum", "remcsum")),
};

export const persistenceProperties: Properties = {
  timeout: optional(kinds.whole(1, 2678400)),
  netmask: optional({ ...kinds.netmask, good: ["255.255.255.0", "128.0.0.0"] }),
  engine: optional({ ...kinds.oneOf("sip"), good: [] }),
};

export const memberProperties: Properties = {
  port: optional(kinds.port),
  weight: optional(kinds.whole(0, 65535)),
  forwarding: optional({ ...kinds.oneOf(...forwardings), good: ["ipip"] }),
  tunnel: optional(nested(tunnelProperties, { type: "gue", port: 6080 })),
  upperThreshold: optional(kinds.whole(0, 2147483647)),
  lowerThreshold: optional(kinds.whole(0, 2147483647)),
};

export const serviceOptions: Properties = {
  scheduler: optional(kinds.oneOf(...schedulers)),
  schedulerFlags: optional({
    ...kinds.listOf(kinds.oneOf(...schedulerFlags), "a list of scheduler flags", "flag-3"),
    good: [[], ["flag-1", "flag-3"]],
  }),
  persistence: optional(nested(persistenceProperties, {})),
  onePacket: optional({ ...kinds.flag, good: [false] }),
};

export const tableRealServerProperties: Properties = {
  address: required(kinds.ipAddress("1.0.0.0", "223.255.255.255")),
  ...memberProperties,
  // Only a director with keepalived can have one, which is tried among its own tests.
  check: optional({ ...check, good: [] }),
  inhibitOnFailure: optional({ ...kinds.flag, good: [false] }),
};

export const plainRealServerProperties: Properties = {
  ...tableRealServerProperties,
  check: optional(check),
  inhibitOnFailure: optional(kinds.flag),
  keepWeight: optional(kinds.flag),
};

const plain = nested(plainRealServerProperties, { address: "10.10.10.3", forwarding: "ipip" });
const resource = kinds.instanceOf(RealServer);

/** A service's members: each a RealServer, or one of plain values. */
export const realServers = kinds.listOf(
  {
    allowed: resource.allowed,
    bad: [
      ...resource.bad.filter(({ what }) => what !== "object"),
      ...oneOfEach(plain).bad.filter(({ at }) => at !== undefined),
    ],
    good: [],
  },
  "a list of RealServer",
  { address: "10.10.10.4" },
);

export const tableServiceProperties: Properties = {
  address: optional(kinds.ipAddress("1.0.0.0", "223.255.255.255")),
  port: optional(kinds.whole(0, 65535)),
  protocol: optional(kinds.oneOf("tcp", "udp", "sctp")),
  firewallMark: optional({ ...kinds.whole(1, 2147483647), good: [] }),
  family: optional({ ...kinds.oneOf("ipv4", "ipv6"), good: [] }),
  ...serviceOptions,
  realServers: optional(
    kinds.listOf(
      nested(tableRealServerProperties, {
        ...{ address: "10.10.10.3", forwarding: "ipip", upperThreshold: 2147483647 },
      }),
      "a list of real servers",
      { address: "10.10.10.4" },
    ),
  ),
  check: optional({ ...check, good: [] }),
  inhibitOnFailure: optional({ ...kinds.flag, good: [false] }),
  quorum: optional({ ...kinds.whole(1, 2147483647), good: [] }),
  hysteresis: optional({ ...kinds.whole(0, 2147483646), good: [] }),
  sorryServer: optional(sorryServer),
  alpha: optional({ ...kinds.flag, good: [false] }),
  omega: optional({ ...kinds.flag, good: [false] }),
};
export const tableService = { address: "10.10.10.100", port: 80, persistence: {} };
export const otherTableService = { address: "10.10.10.101", port: 80 };
