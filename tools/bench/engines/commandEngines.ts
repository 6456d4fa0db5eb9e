// Measures thirty separate Commands on one host, with both command engines in turns. Run it from the project's folder
// with `npx tsx tools/bench/engines/commandEngines.ts`; tools/bench/README.md says how to name another host.
import { readFileSync } from "node:fs";
import { engines, Plugin, type EngineName, type Properties } from "./plugin";
import { Sshd } from "./sshd";

const type = "command:remote:Command";
const [commands, rounds] = [30, Number(process.env.IPVS_LAB_BENCH_ROUNDS ?? 5)];
/** Pulumi runs this many at the same time on two cores. */
const parallel = Number(process.env.IPVS_LAB_BENCH_PARALLEL ?? 8);
const script = process.env.IPVS_LAB_BENCH_COMMAND ?? "true";

void main();

async function main(): Promise<void> {
  const sshd = await new Sshd().start();
  try {
    await compare("sshd on this computer", { ...sshd.login });
  } finally {
    await sshd.end();
  }
  const { IPVS_LAB_BENCH_SSH: target, IPVS_LAB_BENCH_KEY: key } = process.env;
  if (target && key) {
    const { username, hostname, port } = new URL(`ssh://${target}`);
    const privateKey = readFileSync(key, "utf8");
    const login = { user: username, host: hostname, port: Number(port || 22), privateKey };
    await compare(target, login);
  }
}

/** Prints the time that each engine takes, and the ratio of the official one's to ours. */
async function compare(where: string, connection: Properties): Promise<void> {
  const seconds: Record<EngineName, number[]> = { kept: [], official: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const engine of engines) {
      seconds[engine].push(await measure(engine, connection));
    }
  }
  const [kept, official] = [median(seconds.kept), median(seconds.official)];
  const ratio = (official / kept).toFixed(2);
  console.log(
    `${where}: ${commands} times "${script}", ${parallel} at once, median of ${rounds}: ` +
      `official ${official.toFixed(2)} s, kept ${kept.toFixed(2)} s, ratio ${ratio}`,
  );
}

/** The time from the first command to the last, seconds. The engine has started before, but has no connection yet. */
async function measure(engine: EngineName, connection: Properties): Promise<number> {
  const plugin = await Plugin.start(engine);
  try {
    const { inputs } = await plugin.check(type, { connection, create: script });
    let left = commands;
    const start = performance.now();
    const worker = async () => {
      while (left-- > 0) {
        const { error } = await plugin.create(type, inputs);
        if (error) {
          throw new Error(error);
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return (performance.now() - start) / 1000;
  } finally {
    await plugin.stop();
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
