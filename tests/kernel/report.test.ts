import { measureLatency } from "../../report/latency";
import type { PassedDirector, Way } from "../../report/numbers";
import { Testbed } from "../../report/testbed/testbed";
import { startWebServers } from "../../report/testbed/webServer";
import { connect, type Machine } from "./machine";

/* What `npm run report` measures in its testbed, on a real kernel. tests/lab/areas has the whole report. */

let machine: Machine;
const passed = new Map<Way, PassedDirector | undefined>();

beforeAll(async () => {
  machine = connect();
  const testbed = await Testbed.build(machine);
  await startWebServers(testbed);
  for (const { way, director } of await measureLatency(testbed, 12, () => undefined)) {
    passed.set(way, director);
  }
});
afterAll(() => machine.end());

/** Twelve measured requests, and three in each of ten turns that are not. */
const connections = 12 + 10 * 3;

test("by masquerade requests and answers pass the director", () => {
  const { total, perRequest } = passed.get("masquerade") ?? {};
  expect(total?.connections).toBe(connections);
  // A handshake, a request, acknowledgements and an end; and the page on the way back.
  expect(perRequest?.packetsIn).toBeGreaterThanOrEqual(4);
  expect(perRequest?.packetsOut).toBeGreaterThanOrEqual(3);
  expect(perRequest?.bytesOut).toBeGreaterThan(200);
});

test.each(["gate", "ipip"] as const)("by %s requests alone pass it", (way) => {
  const { total, perRequest } = passed.get(way) ?? {};
  expect(total).toMatchObject({ connections, packetsOut: 0, bytesOut: 0 });
  expect(perRequest?.packetsIn).toBeGreaterThanOrEqual(4);
  // The counters have the client's packets, without the tunnel's header.
  expect(perRequest?.bytesIn).toBeLessThan(2 * (passed.get("masquerade")?.perRequest.bytesIn ?? 0));
});

test("ways without IPVS have no counters", () => {
  expect([passed.get("direct"), passed.get("redirect")]).toEqual([undefined, undefined]);
  expect([...passed.keys()]).toHaveLength(5);
});
