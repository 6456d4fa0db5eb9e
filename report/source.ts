import type { Source } from "./numbers";

/** The origin of the numbers, as lines of a name and a value. */
export function describedSource(source: Source): [what: string, is: string][] {
  const { machine } = source;
  const size = `${machine.cpus} ${machine.cpus === 1 ? "processor" : "processors"}, ${machine.memoryMiB} MiB`;
  return [
    ["date", source.date],
    ["command", source.command],
    ["ipvs-lab", `${source.ipvsLab}, stack ${source.stack}`],
    ["machine", `${machine.name}: ${size}, virtualization ${machine.virtualization}`],
    ["kernel", source.kernel],
    ["ipvsadm", source.ipvsadm],
    ["requests by", source.curl],
    ["answers by", source.webServer],
    ["requests", `${source.requests} for each scheduler, each way and each phase`],
  ];
}
