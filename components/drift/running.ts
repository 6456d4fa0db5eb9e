import { HostState } from "./hostState";
import { Desired } from "./kind";

/**
 * The releases of Linux that brought settings which Debian 12's kernel lacks; kinds/director/director.sh has the same.
 */
const brought: Partial<Record<string, string>> = {
  ...{ est_cpulist: "6.2", est_nice: "6.2" },
  ...{ conn_lfactor: "7.1", svc_lfactor: "7.1", conn_max: "7.2" },
};

/**
 * A problem for each setting in "conn_max=5 est_nice=-5" that the kernel lacks; none if the kernel's settings are not
 * known.
 */
export function lackedSettings(sysctls: string, { running }: HostState): string[] {
  if (!running || running.settings.size === 0) {
    return [];
  }
  return [...sysctls.matchAll(/([^ =]+)=/g)]
    .flatMap(([, name = ""]) => (running.settings.has(name) ? [] : [name]))
    .map((name) => {
      const since = brought[name];
      return (
        `sysctls.${name}: Linux ${running.release} has no net.ipv4.vs.${name}` +
        (since === undefined ? "" : `; Linux ${since} brought it`)
      );
    });
}

/** A problem if "est_cpulist=0-3,8" has a processor that the machine does not have: the kernel refuses such a list. */
export function lackedProcessors(sysctls: string, { running }: HostState): string[] {
  const last = (list = "") => Number(/\d+$/.exec(list)?.[0] ?? NaN);
  const asked = last(/(?:^| )est_cpulist=(\S+)/.exec(sysctls)?.[1]);
  return running?.settings.has("est_cpulist") && asked > last(running.processors)
    ? [`sysctls.est_cpulist: the machine has the processors ${running.processors}, not ${asked}`]
    : [];
}

/** A problem for each scheduler that has no module in the kernel; none if the kernel's modules are not known. */
export function lackedSchedulers({ lines }: Desired, { running }: HostState): string[] {
  // If IPVS is a module, each scheduler is one too.
  if (!running?.modules.has("ip_vs")) {
    return [];
  }
  const names = lines.flatMap((line) => /^-A .* -s (\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(names)]
    .filter((name) => !running.modules.has(`ip_vs_${name}`))
    .map(
      (name) =>
        `scheduler: ${name} is not in Linux ${running.release}, which has no module ip_vs_${name}` +
        (name === "twos"
          ? "; Debian 12 builds its kernel without it, Debian 13's has it: choose another scheduler, or that kernel"
          : ": choose another"),
    );
}
