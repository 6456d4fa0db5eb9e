import { setTimeout as sleep } from "node:timers/promises";
import { type Passed, parsePassed } from "../components/proof/traffic";
import type { PassedDirector } from "./numbers";
import type { Testbed } from "./testbed/testbed";

/** The kernel adds up its counters every two seconds. Milliseconds. */
const countersLag = 2500;
/** The number of times that the counters are read until all connections are in them. */
const maxReads = 4;

/**
 * Reads what passed the director for services of the testbed, once the kernel has added it up.
 * @param services The addresses, "10.96.0.1:80", by the name of each service.
 * @param connections The number of connections that each of them got.
 */
export async function readPassed<Name extends string>(
  testbed: Testbed,
  services: [name: Name, address: string][],
  connections: number,
  lag = countersLag,
): Promise<Map<Name, PassedDirector>> {
  const read = async () => {
    await sleep(lag);
    const counters: [Name, Passed][] = [];
    for (const [name, address] of services) {
      counters.push([name, await countersOf(testbed, address)]);
    }
    return counters;
  };
  let counters = await read();
  // A kernel that has just got its first service may need more time.
  for (let reads = 1; reads < maxReads && counters.some(isIncomplete); reads++) {
    counters = await read();
  }
  return new Map(
    counters
      .filter(([, total]) => total.connections > 0)
      .map(([name, total]) => [name, { total, perRequest: perRequestOf(total) }]),
  );

  function isIncomplete([, total]: [Name, Passed]): boolean {
    return total.connections < connections;
  }
}

async function countersOf(testbed: Testbed, address: string): Promise<Passed> {
  const printed = await testbed.run("director", [
    ...["ipvsadm", "-Ln", "--stats", "--exact", "-t", address],
  ]);
  const words = /^TCP +\S+ +(.*\d)\s*$/m.exec(printed)?.[1] ?? "";
  return parsePassed(words.replaceAll(/ +/g, " "));
}

function perRequestOf({ connections, ...counters }: Passed): PassedDirector["perRequest"] {
  const { packetsIn, packetsOut, bytesIn, bytesOut } = counters;
  const one = (value: number) => Math.round((100 * value) / connections) / 100;
  return {
    ...{ packetsIn: one(packetsIn), packetsOut: one(packetsOut) },
    ...{ bytesIn: one(bytesIn), bytesOut: one(bytesOut) },
  };
}
