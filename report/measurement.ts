import type { Scheduler } from "../components/ipvs/serviceLines";
import { measureDistribution } from "./distribution";
import { Ground } from "./ground/ground";
import { Machine, type Shell } from "./ground/machine";
import { startWebServers, webServerVersion } from "./ground/webServer";
import { measureLatency } from "./latency";
import type { Distributions, Latency, Numbers, Source } from "./numbers";

/** What is measured in namespaces of a machine. */
export interface Choice {
  /** Connections of each scheduler and requests by each way; whole rounds (report/distribution.ts). */
  requests: number;
  /** Those whose connections are counted; none where distribution is not wanted. */
  schedulers: readonly Scheduler[];
  isLatencyWanted: boolean;
}

/** What the machine says of itself. */
export type Facts = Pick<Source, "kernel" | "ipvsadm" | "curl" | "webServer"> & {
  machine: Omit<Source["machine"], "name">;
};

export type Measured = Pick<Numbers, "distribution" | "latency"> & { facts: Facts };

/**
 * Measures on one machine, in network namespaces that nobody else sees. `close` ends it at any time;
 * nothing is left then.
 */
export class Measurement {
  private readonly machine: Machine;

  constructor(
    shell: Shell,
    private readonly choice: Choice,
    private readonly say: (what: string) => void,
  ) {
    this.machine = Machine.connect(shell);
  }

  async run(): Promise<Measured> {
    const { requests, schedulers, isLatencyWanted } = this.choice;
    const facts = await this.facts();
    if (schedulers.length === 0 && !isLatencyWanted) {
      return { facts };
    }
    this.say("a director, a client and three members, in namespaces");
    const ground = await Ground.build(this.machine);
    // Before anything is marked, which would cost every packet something.
    const latency = isLatencyWanted ? await this.latency(ground, requests) : undefined;
    const distribution = schedulers.length > 0 ? await this.distribution(ground) : undefined;
    return { facts, ...(distribution && { distribution }), ...(latency && { latency }) };
  }

  close(): Promise<void> {
    return this.machine.end();
  }

  private async latency(ground: Ground, requests: number): Promise<Latency[]> {
    await startWebServers(ground);
    return measureLatency(ground, requests, this.say);
  }

  private async distribution(ground: Ground): Promise<Distributions> {
    const distribution: Distributions = { schedulers: [], missing: [] };
    await ground.mark();
    for (const [number, scheduler] of this.choice.schedulers.entries()) {
      this.say(`distribution: ${scheduler}`);
      const { requests } = this.choice;
      const measured = await measureDistribution(ground, scheduler, number, requests);
      if (measured) {
        distribution.schedulers.push(measured);
      } else {
        distribution.missing.push(scheduler);
      }
    }
    return distribution;
  }

  private async facts(): Promise<Facts> {
    const script = `nproc
      awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo
      systemd-detect-virt || true
      uname -r
      ipvsadm --version
      curl --version | sed -n 1p`;
    const { stdout } = await this.machine.run("", ["sh", "-c", script]);
    const [cpus, memoryMiB, virtualization = "", kernel = "", ipvsadm = "", curl = ""] =
      stdout.split("\n");
    return {
      machine: { cpus: Number(cpus), memoryMiB: Number(memoryMiB), virtualization },
      kernel,
      ipvsadm,
      curl: curl.split(" ").slice(0, 2).join(" "),
      webServer: await webServerVersion(this.machine),
    };
  }
}
