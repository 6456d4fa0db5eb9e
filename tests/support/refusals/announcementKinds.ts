import { nested, optional, type Properties, required } from "./cases";
import * as kinds from "./valueKinds";

/** A neighbour that a director of 10.10.10.1/24 can have. */
const neighbor = { address: "10.10.10.254", asn: 65000 };

/** A number of an autonomous system. */
export const asn: kinds.Kind = {
  ...kinds.whole(1, 4294967294),
  bad: [
    ...kinds.whole(1, 4294967294).bad,
    ...[23456, 65535].map((value) => ({
      what: `${value}, which is reserved`,
      value,
      allowed: "an AS number is another from 1 to 4294967294",
    })),
  ],
};

export const bfdProperties: Properties = {
  interval: optional(kinds.whole(10, 60000)),
  multiplier: optional(kinds.whole(1, 255)),
};
const timers = nested(bfdProperties, {});

const password = kinds.orOutput(
  kinds.written(
    "1 to 80 characters of ASCII without a quotation mark",
    ["", 'a"b', "a\nb", "ä", "x".repeat(81)],
    ["open sesame", "x".repeat(80), "$(id)"],
  ),
);

export const neighborProperties: Properties = {
  address: required({ ...kinds.ipAddress(), good: [] }),
  asn: required(asn),
  password: optional(password),
  bfd: optional({
    ...timers,
    bad: timers.bad.filter(({ value }) => typeof value !== "boolean"),
    good: [true, false, ...timers.good],
  }),
  multihop: optional(kinds.whole(2, 255)),
};

const community = kinds.written(
  'a community such as "65001:100" (two numbers up to 65535), "65001:1:100" (three up to 4294967295), "no-export" or "no-advertise"',
  ["", "65001", "65001:65536", "1:2:3:4", "a:b", "01:2", "no-export-subconfed", "1:4294967296:1"],
  ["65001:100", "4294967295:0:7", "no-export", "no-advertise"],
);

export const bgpProperties: Properties = {
  asn: required(asn),
  neighbors: required(
    kinds.listOf(nested(neighborProperties, neighbor), "a list of neighbors", neighbor),
  ),
  communities: optional(kinds.listOf(community, "a list of communities", "65001:100")),
  med: optional(kinds.whole(0, 4294967294)),
  localPreference: optional({ ...kinds.whole(0, 4294967295), good: [] }),
  routerId: optional(kinds.address("192.0.2.1")),
  port: optional(kinds.port),
};

const bgp = { asn: 65001, neighbors: [neighbor] };

/** What makes a Vip one that is announced; the rest of its properties is as right as it can be. */
export const announcementProperties: Properties = {
  bgp: required(nested(bgpProperties, bgp)),
};
export const announcement = nested(announcementProperties, { bgp });
