import { compareWithExpected } from "../../../report/distribution";
import { summarize } from "../../../report/failover";
import { latencies } from "../../../report/latency";
import {
  type Numbers,
  numbersVersion,
  type Outcome,
  type PassedDirector,
  type Way,
  ways,
} from "../../../report/numbers";

/** Who answered, by how many each member got. */
export function answered(...counts: number[]): string[] {
  return counts.flatMap((count, i) => Array<string>(count).fill(`member${i + 1}`));
}

const perRequest = { packetsIn: 6, packetsOut: 5, bytesIn: 396, bytesOut: 568.5 };
const nothingOut = { packetsOut: 0, bytesOut: 0 };
const total = { connections: 66, packetsIn: 396, packetsOut: 330, bytesIn: 26136, bytesOut: 37521 };
/** What passed the director of each way that the kernel counts. */
const passed: Partial<Record<Way, PassedDirector>> = {
  masquerade: { total, perRequest },
  gate: { total: { ...total, ...nothingOut }, perRequest: { ...perRequest, ...nothingOut } },
  ipip: { total: { ...total, ...nothingOut }, perRequest: { ...perRequest, ...nothingOut } },
};

/** Three failovers: in the second one a download broke off, and in the third nobody took over. */
function failover(name: string) {
  const seen = { client: "machine4", requests: 100, lost: 3, downloads: 4, whole: 4, both: 0 };
  return summarize([
    { ...seen, from: name, to: "machine2", moved: 1.2344, silence: 1.5 },
    { ...seen, from: "machine2", to: name, moved: 2.2, silence: 2.5, lost: 12, whole: 3 },
    { ...seen, from: name, to: "", moved: NaN, silence: 30, lost: 40, whole: 0, both: Infinity },
  ]);
}

/** Two failovers of active directors: after the second one the router did not send to its director again. */
export function activeFailover(name = "machine1") {
  const counted = (connections: number, packets: number) => ({ connections, packets });
  const carried = [
    { director: name, before: counted(12, 100), out: counted(0, 3), back: counted(20, 200) },
    { director: "machine2", before: counted(9, 90), out: counted(44, 400), back: counted(22, 230) },
  ];
  const seen = { client: "machine4", requests: 100, lost: 3, downloads: 4, whole: 4 };
  const active = { router: "machine4", disturbed: 0.9444, back: 2.1, carried };
  return summarize([
    { ...seen, from: name, to: "machine2", moved: 1.2344, silence: 0.5, active },
    {
      ...{ ...seen, from: "machine2", to: name, moved: 1.5, silence: 0.7, whole: 3 },
      active: { ...active, disturbed: 1.1, back: NaN },
    },
  ]);
}

/** A run of 60, of which sh lost its promise; `name` is the backend's. */
export function numbers(name = "BACKEND-1", changes: Partial<Numbers["source"]> = {}): Numbers {
  const outcome = (ok: Record<string, number>, failed: Record<string, number> = {}): Outcome => {
    const isWhole = Object.keys(failed).length === 0;
    const errors: Outcome["errors"] = isWhole ? {} : { "Failed to connect: Couldn't connect": 30 };
    return { answered: ok, failed, errors };
  };
  return {
    version: numbersVersion,
    source: {
      ...{ date: "2026-01-02T03:04:05.678Z", command: "npm run report", ipvsLab: "0.1.0" },
      ...{ stack: "dev", kernel: "6.1.0", ipvsadm: "ipvsadm v1.31", curl: "curl 7.88.1" },
      ...{ webServer: "Apache/2.4", requests: 60, rate: 20 },
      machine: { name: "machine1", cpus: 1, memoryMiB: 469, virtualization: "qemu" },
      ...changes,
    },
    distribution: {
      schedulers: [
        compareWithExpected("wrr", [3, 2, 1], { first: answered(30, 20, 10), again: [] }),
        compareWithExpected("sh", [3, 2, 1], {
          first: answered(10, 20, 30),
          again: answered(10, 20, 30),
        }),
        compareWithExpected("fo", [3, 2, 1], { first: answered(60), again: [] }),
      ],
      missing: ["twos"],
    },
    latency: latencies(
      ways.map((way, i) => {
        const turn = (n: number) => Array.from({ length: 30 }, (_, j) => (i + 1) * 2 + j / 10 + n);
        const measured = { way, requests: 60, failed: 0, turns: [turn(0), turn(0.5)] };
        return { ...measured, director: passed[way] };
      }),
    ),
    comparison: {
      client: "machine2",
      balanced: { url: "http://10.10.10.100:80/", scheduler: "rr", members: [name, "BACKEND-2"] },
      redirected: { url: "http://10.10.10.101:80/", member: name },
      phases: [
        {
          phase: "all backends run",
          balanced: outcome({ [name]: 30, "BACKEND-2": 30 }),
          redirected: outcome({ [name]: 60 }),
        },
        {
          phase: `${name} is stopped`,
          balanced: outcome({ "BACKEND-2": 30 }, { [name]: 30 }),
          redirected: outcome({}, { [name]: 60 }),
        },
      ],
    },
    failover: failover(name),
  };
}
