import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shellQuote } from "../../../components/host/quoting";
import type { Machine, Machines } from "../machines";

const read = (name: string) => readFileSync(join(__dirname, "../machine", name), "utf8");

/** Runs the script that has both machines on one network with real servers and a client (segment.sh). */
async function segment(first: Machine, ...args: string[]): Promise<void> {
  const script = shellQuote(read("segment.sh"));
  const words = args.map(shellQuote).join(" ");
  await first.run(
    `sh -c ${script} segment.sh ${words} <<'END OF SERVERS'\n${read("real_servers.py")}END OF SERVERS`,
  );
}

/** @param realServers The addresses that real servers have. */
export async function beginSegment(machines: Machines, realServers: string[]): Promise<void> {
  await segment(machines.first, "begin", machines.second, ...realServers);
}

export async function endSegment(machines: Machines): Promise<void> {
  await segment(machines.first, "end");
}
