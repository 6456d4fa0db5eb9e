import { Director, IpvsService, IpvsTable, RealServer, Vip } from "../../components";
import { claimed } from "../../components/claims";
import { host } from "./lab";
import { command, registered } from "./mocks";

function cpuSeconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

test("ten times as many places are taken in about ten times as long, and none twice", () => {
  const seconds = (count: number) => {
    const machine = {};
    const begin = process.cpuUsage();
    const claims = Array.from({ length: count }, (_, i) => {
      const [address, port] = [`10.0.${i >> 14}.1`, 1 + (i & 16383)];
      const key = `-t ${address}:${port}`;
      return {
        ...{ key, known: ["port", key] as [string, string] },
        ports: [{ address, protocol: "tcp" as const, range: [port, port] as [number, number] }],
      };
    });
    const taken = (owner: string) => claims.flatMap((one) => claimed(owner, machine, one) ?? []);
    expect(taken("one")).toEqual([]);
    expect(taken("another")).toHaveLength(count);
    return cpuSeconds(process.cpuUsage(begin));
  };
  seconds(1000);
  const [few, many] = [seconds(3000), seconds(30000)];
  expect(many).toBeLessThan(Math.max(0.5, 15 * few));
});

test("five times as many services are registered in about five times as long", async () => {
  const seconds = async (count: number) => {
    const begin = process.cpuUsage();
    const resources = await registered(() => {
      const director = new Director("d", { host: host() });
      const vip = new Vip("v", { host: director.host, address: "10.10.10.100" });
      for (let i = 0; i < count; i++) {
        const realServers = [new RealServer(`r${i}`, { address: "10.10.10.4" })];
        new IpvsService(`s${i}`, { director, vip, port: 1000 + i, realServers });
      }
    });
    expect(resources.length).toBeGreaterThan(3 * count);
    return cpuSeconds(process.cpuUsage(begin));
  };
  await seconds(50);
  const [few, many] = [await seconds(100), await seconds(500)];
  expect(many).toBeLessThan(Math.max(1, 9 * few));
}, 120_000);

test("ten times as many members of a table take about ten times as long, and little at that", async () => {
  const seconds = async (count: number) => {
    const services = Array.from({ length: count / 10 }, (_, i) => ({
      ...{ address: `10.${i >> 8}.${i & 255}.1`, port: 80 },
      realServers: Array.from({ length: 10 }, (__, j) => ({ address: `10.200.${i & 255}.${j}` })),
    }));
    const begin = process.cpuUsage();
    const resources = await registered(
      () => new IpvsTable("t", { director: new Director("d", { host: host() }), services }),
    );
    const { stdin } = command(resources, "t").inputs;
    expect(String(stdin).split("\n")).toHaveLength(1.1 * count + 1);
    return cpuSeconds(process.cpuUsage(begin));
  };
  await seconds(1000);
  const [few, many] = [await seconds(2000), await seconds(20000)];
  expect(many).toBeLessThan(Math.max(1, 15 * few));
});

test("a director whose services keepalived writes has no tables", async () => {
  const refused = registered(() => {
    const director = new Director("d", { host: host(), engine: "keepalived" });
    new IpvsTable("t", { director, services: [] });
  });
  await expect(refused).rejects.toThrow(
    'IpvsTable "t": director: its engine is keepalived, which has no tables; it must be ipvsadm',
  );
});
