import { parseClients, parsePassed } from "../../../../components/proof/traffic";

test("the requests of each client are read from a log's summary, whatever a login shell printed before", () => {
  expect(parseClients("Welcome!\n10.10.10.4 3\n2001:db8::4 12\n")).toEqual({
    "10.10.10.4": 3,
    "2001:db8::4": 12,
  });
  expect(parseClients("")).toEqual({});
});

test("a service's counters are read in the kernel's order", () => {
  expect(parsePassed("6 30 0 2013 0\n")).toEqual({
    ...{ connections: 6, packetsIn: 30, packetsOut: 0 },
    ...{ bytesIn: 2013, bytesOut: 0 },
  });
});

test("a service that is gone has passed nothing", () => {
  expect(parsePassed("")).toMatchObject({ connections: 0, bytesIn: 0 });
});
