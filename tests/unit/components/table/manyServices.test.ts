import { Director, IpvsTable } from "../../../../components";
import { reserveServiceFor } from "../../../../components/host/reservations";
import { command, registered } from "../../../support/pulumi/mocks";
import { host } from "../../../support/workshop";

test("of thousands of places none is taken twice", () => {
  const machine = {};
  const places = Array.from({ length: 3000 }, (_, i) => {
    const key = `-t 10.0.0.1:${1 + i}`;
    return {
      ...{ key, property: "port", title: key },
      ports: [
        {
          ...{ address: "10.0.0.1", protocol: "tcp" as const },
          range: [1 + i, 1 + i] as [number, number],
        },
      ],
    };
  });
  const conflicts = (owner: string) =>
    places.flatMap((one) => reserveServiceFor(owner, machine, one) ?? []);
  expect(conflicts("one")).toEqual([]);
  expect(conflicts("another")).toHaveLength(3000);
});

test("a table of thousands has a line for each service and member", async () => {
  const services = Array.from({ length: 300 }, (_, i) => ({
    ...{ address: `10.${i >> 8}.${i & 255}.1`, port: 80 },
    realServers: Array.from({ length: 10 }, (__, j) => ({ address: `10.200.${i & 255}.${j}` })),
  }));
  const resources = await registered(
    () => new IpvsTable("t", { director: new Director("d", { host: host() }), services }),
  );
  const { stdin } = command(resources, "t").inputs;
  expect(String(stdin).split("\n")).toHaveLength(3301);
});
