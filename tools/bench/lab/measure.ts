import type { Baseline } from "./baselines.js";

export interface Figure {
  peer: string;
  round: number;
  seconds: number;
}

/**
 * Measures the baselines in turns, each on machines without anything of the lab.
 * @throws Error when the answers do not alternate.
 */
export async function measure(
  baselines: Baseline[],
  rounds: number,
  note: (figure: Figure) => void,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    for (const baseline of baselines) {
      const begin = performance.now();
      const printed = await baseline.up();
      const seconds = Math.round((performance.now() - begin) / 100) / 10;
      const answers = ["BACKEND-1", "BACKEND-2"].map(
        (name) => printed.split(`Réponse du serveur ${name}`).length - 1,
      );
      // Each machine gets six answers. Some baselines print an answer more than once.
      if (answers[0] !== answers[1] || (answers[0] ?? 0) < 6) {
        throw new Error(
          `${baseline.name}: ${answers.join(" and ")} answers of the backends\n${printed}`,
        );
      }
      note({ peer: baseline.name, round, seconds });
      await baseline.down();
    }
  }
}
