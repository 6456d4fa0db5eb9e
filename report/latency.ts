import { forwardings } from "../components/ipvs/serviceLines";
import { type Ground, memberAddress, members, ports, virtualAddress } from "./ground/ground";
import { type Latency, type Times, type Way, ways } from "./numbers";
import { medianRatioInterval, percentile } from "./statistics";

/** Each way has its turn so often, so that what slows the machine down slows all of them. */
const turns = 10;
/** Requests of each turn that are not counted: they find what is to be found once. */
const uncounted = 3;
/** Beyond those of schedulers. */
const firstNumber = 20;
const redirected = virtualAddress(firstNumber + forwardings.length);

/** What is asked by each way. */
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
 * Requests by every way from one client to the web server of one member, one after the other, each over
 * a connection of its own. `requests` is for each way.
 * @throws Error where a way leads to somebody else
 */
export async function measureLatency(
  ground: Ground,
  requests: number,
  say: (what: string) => void,
): Promise<Latency[]> {
  for (const [i, forwarding] of forwardings.entries()) {
    await ground.add({
      ...{ scheduler: "rr", number: firstNumber + i, port: ports.web },
      members: [{ weight: 1, forwarding }],
    });
  }
  const measured = ways.map((way): Measured => ({ way, requests, failed: 0, turns: [] }));
  for (let turn = 0; turn < turns; turn++) {
    say(`latency, turn ${turn + 1} of ${turns}`);
    const done = Math.floor((requests * turn) / turns);
    const count = Math.floor((requests * (turn + 1)) / turns) - done;
    // Nobody is always the first.
    const leader = turn % ways.length;
    for (const m of [...measured.slice(leader), ...measured.slice(0, leader)]) {
      const milliseconds = await timed(ground, m.way, count);
      m.turns.push(milliseconds);
      m.failed += count - milliseconds.length;
    }
  }
  await ground.clear();
  return latencies(measured);
}

type Measured = Pick<Latency, "way" | "requests" | "failed" | "turns">;

/** The percentiles of each way, and how many times those of the direct requests they are. */
export function latencies(measured: Measured[]): Latency[] {
  const direct = measured.find(({ way }) => way === "direct")?.turns ?? [];
  const least = timesOf(direct.flat());
  return measured.map(({ way, requests, failed, turns }) => {
    const times = timesOf(turns.flat());
    const ratios = times && least && ratiosOf(times, least);
    return {
      ...{ way, requests, failed },
      ...(times && { times }),
      ...(ratios && { ratios, ...intervalOf(turns, direct) }),
      turns,
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

/** How long each request took that was answered, in milliseconds. */
async function timed(ground: Ground, way: Way, requests: number): Promise<number[]> {
  if (requests === 0) {
    return [];
  }
  if (way !== "redirect") {
    return ask(ground, way, requests);
  }
  // Where connections are tracked, which this needs, the other ways would take longer too.
  await ground.run("director", ["nft", "-f", "-"], redirection);
  try {
    return await ask(ground, way, requests);
  } finally {
    await ground.run("director", ["nft", "delete", "table", "ip", "redirection"]);
  }
}

async function ask(ground: Ground, way: Way, requests: number): Promise<number[]> {
  const curl = ["curl", "-q", "-s", "--noproxy", "*", "--max-time", "5", "-H", "Connection: close"];
  const { stdout } = await ground.machine.run(
    "client",
    [
      ...[...curl, "-w", "%{http_code} %{time_total}\\n"],
      `http://${addresses[way]}:${ports.web}/#[1-${requests + uncounted}]`,
    ],
    "",
    false, // its status is that of the last request alone
  );
  return timesPrinted(stdout, uncounted, way);
}

/**
 * From an answer and "200 0.001234", or "000 5.000000" alone, a line each: milliseconds of those that
 * were answered, but for the first `uncounted`.
 * @throws Error where somebody else has answered
 */
export function timesPrinted(printed: string, uncounted: number, way: Way): number[] {
  const lines = printed.split("\n").filter(Boolean);
  const stranger = lines.find((line) => line !== members[0] && !/^\d{3} \d+\.\d+$/.test(line));
  if (stranger !== undefined) {
    throw new Error(`latency of ${way}: "${stranger}" answered, not ${members[0]}`);
  }
  return lines
    .filter((line) => line !== members[0])
    .slice(uncounted)
    .map((line) => line.split(" "))
    .filter(([status]) => status === "200")
    .map(([, seconds]) => Math.round(Number(seconds) * 1e6) / 1e3);
}

function serviceAddress(forwarding: (typeof forwardings)[number]): string {
  return virtualAddress(firstNumber + forwardings.indexOf(forwarding));
}
