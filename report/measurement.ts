import type { Scheduler } from "../components/ipvs/schedulers";
import type { CommandLine } from "../components/ssh/remoteProcess";
import { measureDistribution } from "./distribution";
import { measureLatency } from "./latency";
import type { Distributions, Latency, Numbers, Source } from "./numbers";
import { Machine } from "./testbed/machine";
import { Testbed } from "./testbed/testbed";
import { startWebServers, webServerVersion } from "./testbed/webServer";

/** The choice of what is measured in the machine's namespaces. */
export interface MeasurementOptions {
  /** Connections of each scheduler and requests by each way; whole rounds (report/distribution.ts). */
  requests: number;
  /** The schedulers to measure; empty when distribution is not wanted. */
  schedulers: readonly Scheduler[];
  isLatencyWanted: boolean;
}

/** Facts about the machine. */
export type Facts = Pick<Source, "kernel" | "ipvsadm" | "curl" | "webServer"> & {
  machine: Omit<Source["machine"], "name">;
};

export type Measured = Pick<Numbers, "distribution" | "latency"> & { facts: Facts };

/**
 * Measures on one machine, in network namespaces that nobody else sees. `close` ends it at any time and leaves nothing
 * behind.
 */
export class Measurement {
  private readonly machine: Machine;

  constructor(
    shell: CommandLine,
    private readonly choice: MeasurementOptions,
    private readonly say: (what: string) => void,
  ) {
    this.machine = new Machine(shell);
  }

  async run(): Promise<Measured> {
    const { requests, schedulers, isLatencyWanted } = this.choice;
    const facts = await this.facts();
    if (schedulers.length === 0 && !isLatencyWanted) {
      return { facts };
    }
    this.say("a director, a client and three members, in namespaces");
    const testbed = await Testbed.build(this.machine);
    // Latency comes first: firewall marks would cost every packet something.
    const latency = isLatencyWanted ? await this.latency(testbed, requests) : undefined;
    const distribution = schedulers.length > 0 ? await this.distribution(testbed) : undefined;
    return { facts, ...(distribution && { distribution }), ...(latency && { latency }) };
  }

  close(): Promise<void> {
    return this.machine.end();
  }

  private async latency(testbed: Testbed, requests: number): Promise<Latency[]> {
    await startWebServers(testbed);
    return measureLatency(testbed, requests, this.say);
  }

  private async distribution(testbed: Testbed): Promise<Distributions> {
    const distribution: Distributions = { schedulers: [], missing: [] };
    await testbed.mark();
    for (const [number, scheduler] of this.choice.schedulers.entries()) {
      this.say(`distribution: ${scheduler}`);
      const { requests } = this.choice;
      const measured = await measureDistribution(testbed, scheduler, number, requests);
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
