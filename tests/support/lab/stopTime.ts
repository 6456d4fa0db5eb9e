import { on } from "./harness";

/** How much the clock of machine2 is ahead of this computer's, ms, and how sure that is. */
async function clock(): Promise<{ ahead: number; sure: number }> {
  const before = Date.now();
  const there = Number(await on("machine2", "date +%s%3N"));
  const after = Date.now();
  return { ahead: there - (before + after) / 2, sure: (after - before) / 2 };
}

/** When BACKEND-1's web server was stopped last, by this computer's clock, and how sure that is, ms. */
export async function stoppedAt(): Promise<{ at: number; sure: number }> {
  const stopped = await on(
    "machine2",
    "journalctl -q -u ipvs-lab-backend-1 -o short-unix | grep 'Stopped ' | tail -n 1 | cut -d ' ' -f 1",
  );
  const { ahead, sure } = await clock();
  return { at: Number(stopped) * 1000 - ahead, sure };
}

/** As long as two samples may take up to one of them: 2 s, or more where the machines are slow. */
export function twoSamples(samples: { at: number }[], upTo: number): number {
  const intervals = samples.map((sample, i) => sample.at - (samples[i - 1]?.at ?? sample.at));
  return Math.max(2000, ...intervals.slice(Math.max(0, upTo - 1), upTo + 1).map((ms) => 2 * ms));
}
