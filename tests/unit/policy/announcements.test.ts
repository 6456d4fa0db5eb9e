import {
  allowedAnnouncements,
  allowedAsNumbers,
  allowedNeighbors,
  bfdRequired,
} from "../../../policy/announcements";
import { noPlainTextSecrets } from "../../../policy/secrets";
import { ask, vip } from "../../support/askPolicy";

function announced(neighbor: object = {}, bgp: object = {}, address = "10.90.0.1") {
  const neighbors = [{ address: "10.80.4.1", asn: 65000, bfd: true, ...neighbor }];
  return vip({ address, announce: { bgp: { asn: 65001, neighbors, ...bgp } } });
}

test("AS numbers of directors and of neighbours are on a list of their own", () => {
  const config = { own: ["65001"], neighbors: ["65000", "64512-64600"] };
  expect(ask(allowedAsNumbers, announced(), config)).toEqual([]);
  expect(ask(allowedAsNumbers, announced({ asn: 64550 }), config)).toEqual([]);
  expect(ask(allowedAsNumbers, announced({ asn: 65001 }, { asn: 3320 }), config)).toEqual([
    'Vip "vip": announce.bgp.asn 3320 is not allowed; allowed is 65001.',
    'Vip "vip": announce.bgp.neighbors[0].asn 65001 is not allowed; allowed are 65000, 64512-64600.',
  ]);
});

test("by default AS numbers for private use are allowed", () => {
  expect(ask(allowedAsNumbers, announced({ asn: 4200000001 }))).toEqual([]);
  expect(ask(allowedAsNumbers, announced({ asn: 3320 }))).toHaveLength(1);
});

test("a range of AS numbers that ends before it begins is no configuration", () => {
  expect(() => ask(allowedAsNumbers, announced(), { own: ["9-1"] })).toThrow(
    'allowed-as-numbers: "9-1" ends before it begins',
  );
});

test("neighbours lie in the allowed networks", () => {
  const config = { networks: ["10.80.4.0/24"] };
  expect(ask(allowedNeighbors, announced(), config)).toEqual([]);
  expect(ask(allowedNeighbors, announced({ address: "10.80.5.1" }), config)).toEqual([
    'Vip "vip": announce.bgp.neighbors[0].address "10.80.5.1" is not allowed; allowed is an address in 10.80.4.0/24.',
  ]);
});

test("only addresses of the allowed networks are announced", () => {
  const config = { networks: ["10.90.0.0/24"] };
  expect(ask(allowedAnnouncements, announced(), config)).toEqual([]);
  expect(ask(allowedAnnouncements, vip({ address: "10.91.0.1" }), config)).toEqual([]);
  expect(ask(allowedAnnouncements, announced({}, {}, "10.91.0.1"), config)).toEqual([
    'Vip "vip": announced address "10.91.0.1" is not allowed; allowed is an address in 10.90.0.0/24.',
  ]);
  expect(ask(allowedAnnouncements, announced({}, {}, "8.8.8.8"))).toHaveLength(1);
});

test("sessions have BFD, but for neighbours that do not speak it", () => {
  expect(ask(bfdRequired, announced())).toEqual([]);
  expect(ask(bfdRequired, announced({ bfd: { interval: 300, multiplier: 3 } }))).toEqual([]);
  expect(ask(bfdRequired, announced({ bfd: false }))).toEqual([
    'Vip "vip": announce.bgp.neighbors[0].bfd false is not allowed; allowed is true, or its interval and multiplier.',
  ]);
  expect(ask(bfdRequired, announced({ bfd: false }), { except: ["10.80.4.1"] })).toEqual([]);
});

test("a session's password is a secret", () => {
  expect(ask(noPlainTextSecrets, announced({ password: "in plain text" }))).toEqual([
    'Vip "vip": announce.bgp.neighbors[0].password holds a password in plain text; allowed is a value from pulumi.secret().',
  ]);
});
