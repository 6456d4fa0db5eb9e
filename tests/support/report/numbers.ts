import { compareWithExpected } from "../../../report/distribution";
import { latencies } from "../../../report/latency";
import { type Numbers, numbersVersion, type Outcome, ways } from "../../../report/numbers";

/** Who answered, by how many each member got. */
export function answered(...counts: number[]): string[] {
  return counts.flatMap((count, i) => Array<string>(count).fill(`member${i + 1}`));
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
        return { way, requests: 60, failed: 0, turns: [turn(0), turn(0.5)] };
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
  };
}
