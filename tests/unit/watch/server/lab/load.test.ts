import { pair, pairLoad } from "../../../../../tools/bench/page/pair";
import { workshop } from "../../../../../tools/bench/page/workshop";
import { evaluate } from "../../../../support/watch/modules";

/** The input of load.py, or what is said against the request. */
function inputOf(request: object, topology: object): unknown {
  return evaluate(`
    import { loadInput } from "@watch/server/lab/load.ts";
    let input;
    try {
      const asked = { topology: ${JSON.stringify(topology)}, pages: ["A", undefined] };
      input = loadInput(${JSON.stringify(request)}, asked);
    } catch (error) {
      input = error.message;
    }
    console.log(JSON.stringify(input));
  `);
}

test("a load that keeps connections open says how many", () => {
  expect(inputOf(pairLoad, pair())).toEqual({
    targets: [{ way: "balanced", address: "10.10.10.100", port: 80 }],
    ...{ rate: 10, concurrency: 50, lasting: 4, pages: { A: 0 } },
  });
});

test("another load does not", () => {
  const request = { client: "machine2", rate: 20, concurrency: 4, redirected: true };
  expect(inputOf(request, workshop())).toEqual({
    targets: [
      { way: "balanced", address: "10.10.10.100", port: 80 },
      { way: "redirected", address: "10.10.10.101", port: 80 },
    ],
    ...{ rate: 20, concurrency: 4, pages: { A: 0 } },
  });
});

test("the same service over IPv6 is asked where that is wanted, and there", () => {
  const request = { client: "machine2", rate: 20, concurrency: 4, redirected: false, ipv6: true };
  const ipv6 = { url: "http://[2001:db8:10::100]:80/" };
  expect(inputOf(request, workshop({ ipv6 }))).toMatchObject({
    targets: [
      { way: "balanced", address: "10.10.10.100", port: 80 },
      { way: "ipv6", address: "2001:db8:10::100", port: 80 },
    ],
  });
  expect(inputOf(request, workshop())).toBe(
    "ipv6: stack dev has no address of IPv6 (setting vip6)",
  );
});

test("a machine that is no client is refused", () => {
  const request = { ...pairLoad, client: "machine1" };
  expect(inputOf(request, pair())).toBe('client: "machine1" is no client; there are machine4');
});
