import type { HostState } from "../../../../../components/drift/hostState";
import { reachOf } from "../../../../../components/host/refresh/ask";
import { ifStillTrue } from "../../../../../components/host/refresh/early";
import type { HostReading } from "../../../../../components/host/refresh/read";

const login = { host: "127.0.0.1", port: 2201, user: "vagrant", privateKey: "k", hostKey: "h" };
const reading: HostReading = { is: "read", state: { bootId: "b1" } as HostState };
const early = { reading, reach: reachOf(login) };

test("what was read early counts for the same machine, since the same boot", () => {
  expect(ifStillTrue(early, reachOf({ ...login }), "b1")).toBe(reading);
});

test.each<[string, Partial<typeof login>, string]>([
  ["another boot", {}, "b2"],
  ["another machine behind the port", { hostKey: "h2" }, "b1"],
  ["another port", { port: 2202 }, "b1"],
  ["another key to log in with", { privateKey: "k2" }, "b1"],
])("%s is read again", (_, changed, bootId) => {
  expect(ifStillTrue(early, reachOf({ ...login, ...changed }), bootId)).toBeUndefined();
});

test("so is what could not be read early, or had no program yet", () => {
  const others: HostReading[] = [
    { is: "unreachable", why: "it was down" },
    { is: "without program", stamp: "s", bootId: "b1" },
  ];
  for (const other of others) {
    expect(ifStillTrue({ ...early, reading: other }, reachOf(login), "b1")).toBeUndefined();
  }
  expect(ifStillTrue(undefined, reachOf(login), "b1")).toBeUndefined();
});
