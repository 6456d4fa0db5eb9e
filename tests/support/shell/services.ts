/** The address of all services. */
export const vip = "192.0.2.100";

/** A virtual service as ipvsadm reads it; members by the last part of their addresses. */
export function service(scheduler: string, members: number[], port = 80): string {
  const lines = members.map((m) => `-a -t ${vip}:${port} -r 198.51.100.${m}:${port} -m -w 1`);
  return [`-A -t ${vip}:${port} -s ${scheduler}`, ...lines, ""].join("\n");
}

/** The same for keepalived, behind those lines. */
export function kept(scheduler: string, members: number[]): string {
  const servers = members.map((m) => `  real_server 198.51.100.${m} 80 {\n    weight 1\n  }`);
  const head = `virtual_server ${vip} 80 {\n  protocol TCP\n  lvs_sched ${scheduler}\n  lvs_method NAT`;
  return [service(scheduler, members), head, ...servers, "}", ""].join("\n");
}

/** Several by their ports as one table, with keepalived's configuration in short behind the lines. */
export function checkedTable(scheduler: string, services: Record<number, number[]>): string {
  const all = Object.entries(services).map(([port, members]) => ({ port: Number(port), members }));
  const lines = all.map(({ port, members }) => service(scheduler, members, port)).join("");
  const options = ["protocol TCP", `lvs_sched ${scheduler}`, "lvs_method NAT"];
  const blocks = all.flatMap(({ port, members }) => [
    `virtual_server ${vip} ${port} as s`,
    ...members.map((m) => `real_server 198.51.100.${m} ${port} as m`),
  ]);
  const short = ["define m", "weight 1", "define s", ...options, ...blocks, ""];
  return `${lines}\n${short.join("\n")}`;
}
