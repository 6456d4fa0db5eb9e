import { forwardings } from "../components/ipvs/forwarding";
import { type Latency, type Times, type Way, ways } from "./numbers";
import { readPassed } from "./passedDirector";
import { medianRatioInterval, percentile } from "./statistics";
import { type Testbed, memberAddress, members, ports, virtualAddress } from "./testbed/testbed";

/**
 * The number of turns. In each turn every way is measured, so that a slow moment of the machine affects all of them.
 */
const turns = 10;
/** The number of requests at the start of each turn that are not counted, because they do work that is needed only once. */
const warmUpRequests = 3;
/** The first service number after those of the schedulers. */
const firstServiceNumber = 20;
const redirected = virtualAddress(firstServiceNumber + forwardings.length);

/** The address that is asked for each way. */
const addresses: Record<Way, string> = {
  direct: memberAddress(0),
  masquerade: serviceAddress("masquerade"),
  gate: serviceAddress("gate"),
  ipip: serviceAddress("ipip"),
  redirect: redirected,
};

const redirection = `table ip redirection {
  chain prerouting {
    type nat hook prerouting priority dstnat;
    ip daddr ${redirected} tcp dport ${ports.web} dnat to ${memberAddress(0)}:${ports.web}
  }
}`;

/**
 * Measures requests by every way from one client to the web server of one member, one after the other, each over a
 * connection of its own, and what of them passed the director. `requests` is the number for each way.
 * @throws Error when a way leads to another member.
 */
export async function measureLatency(
  testbed: Testbed,
  requests: number,
  say: (what: string) => void,
): Promise<Latency[]> {
  for (const [i, forwarding] of forwardings.entries()) {
    await testbed.add({
      ...{ scheduler: "rr", number: firstServiceNumber + i, port: ports.web },
      members: [{ weight: 1, forwarding }],
    });
  }
  const measured = ways.map((way): Measured => ({ way, requests, failed: 0, turns: [] }));
  let asked = 0;
  for (let turn = 0; turn < turns; turn++) {
    say(`latency, turn ${turn + 1} of ${turns}`);
    const done = Math.floor((requests * turn) / turns);
    const count = Math.floor((requests * (turn + 1)) / turns) - done;
    // Each turn begins with another way.
    const leader = turn % ways.length;
    asked += requestsIn(count);
    for (const m of [...measured.slice(leader), ...measured.slice(0, leader)]) {
      const milliseconds = await measureTimes(testbed, m.way, count);
      m.turns.push(milliseconds);
      m.failed += count - milliseconds.length;
    }
  }
  const services = forwardings.map((name): [Way, string] => [
    name,
    `${serviceAddress(name)}:${ports.web}`,
  ]);
  const passed = await readPassed(testbed, services, asked);
  await testbed.clear();
  return latencies(measured.map((m) => ({ ...m, director: passed.get(m.way) })));
}

type Measured = Pick<Latency, "way" | "requests" | "failed" | "turns" | "director">;

/** The number of requests in a turn of which `count` are measured. */
function requestsIn(count: number): number {
  return count === 0 ? 0 : count + warmUpRequests;
}

/** The percentiles of each way, and their ratios to those of the direct requests. */
export function latencies(measured: Measured[]): Latency[] {
  const direct = measured.find(({ way }) => way === "direct")?.turns ?? [];
  const directTimes = timesOf(direct.flat());
  return measured.map(({ way, requests, failed, turns, director }) => {
    const times = timesOf(turns.flat());
    const ratios = times && directTimes && ratiosOf(times, directTimes);
    return {
      ...{ way, requests, failed },
      ...(times && { times }),
      ...(ratios && { ratios, ...intervalOf(turns, direct) }),
      turns,
      ...(director && { director }),
    };
  });
}

function timesOf(milliseconds: number[]): Times | undefined {
  if (milliseconds.length === 0) {
    return undefined;
  }
  const at = (percent: number) => percentile(milliseconds, percent);
  return { p50: at(50), p90: at(90), p99: at(99), max: at(100) };
}

function ratiosOf(times: Times, least: Times): Times {
  const ratio = (key: keyof Times) => thousandths(times[key] / least[key]);
  return { p50: ratio("p50"), p90: ratio("p90"), p99: ratio("p99"), max: ratio("max") };
}

function intervalOf(turns: number[][], direct: number[][]): Pick<Latency, "medianRatio"> {
  const [from, to] = medianRatioInterval(turns, direct)?.map(thousandths) ?? [];
  return from === undefined || to === undefined ? {} : { medianRatio: { from, to } };
}

function thousandths(value: number): number {
  return Math.round(1000 * value) / 1000;
}

/** The times of the answered requests, in milliseconds. */
async function measureTimes(testbed: Testbed, way: Way, requests: number): Promise<number[]> {
  if (requests === 0) {
    return [];
  }
  if (way !== "redirect") {
    return ask(testbed, way, requests);
  }
  // This way needs connection tracking, which would slow the other ways down. So it is set up only for its own turn.
  await testbed.run("director", ["nft", "-f", "-"], redirection);
  try {
    return await ask(testbed, way, requests);
  } finally {
    await testbed.run("director", ["nft", "delete", "table", "ip", "redirection"]);
  }
}

async function ask(testbed: Testbed, way: Way, requests: number): Promise<number[]> {
  const curl = ["curl", "-q", "-s", "--noproxy", "*", "--max-time", "5", "-H", "Connection: close"];
  const { stdout } = await testbed.machine.run(
    "client",
    [
      ...[...curl, "-w", "%{http_code} %{time_total}\\n"],
      `http://${addresses[way]}:${ports.web}/#[1-${requestsIn(requests)}]`,
    ],
    "",
    false, // its status is that of the last request alone
  );
  return parseTimes(stdout, warmUpRequests, way);
}

/**
 * Parses curl's output. Each answer is followed by a line such as "200 0.001234"; a failed request is only "000
 * 5.000000".
 * @returns The times of the answered requests in milliseconds, without the first `warmUpCount`.
 * @throws Error when another server has answered.
 */
export function parseTimes(printed: string, warmUpCount: number, way: Way): number[] {
  const lines = printed.split("\n").filter(Boolean);
  const stranger = lines.find((line) => line !== members[0] && !/^\d{3} \d+\.\d+$/.test(line));
  if (stranger !== undefined) {
    throw new Error(`latency of ${way}: "${stranger}" answered, not ${members[0]}`);
  }
  return lines
    .filter((line) => line !== members[0])
    .slice(warmUpCount)
    .map((line) => line.split(" "))
    .filter(([status]) => status === "200")
    .map(([, seconds]) => Math.round(Number(seconds) * 1e6) / 1e3);
}

function serviceAddress(forwarding: (typeof forwardings)[number]): string {
  return virtualAddress(firstServiceNumber + forwardings.indexOf(forwarding));
}
