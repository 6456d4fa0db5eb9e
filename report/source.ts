import type { Source } from "./numbers";

/** What made the numbers, a line each: what it is, and its value. */
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
