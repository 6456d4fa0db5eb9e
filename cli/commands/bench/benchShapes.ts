import { cpus } from "node:os";
import { Command, Option } from "commander";
import { outputs } from "../../../lab/outputs.js";
import { root } from "../../../lab/paths.js";
import { type Shape, shapeNames, stackOf } from "../../../lab/shapes.js";
import { median } from "../../../tools/bench/median.js";
import { type ShapeStart, startShape } from "../../../tools/bench/start/shapes.js";
import { integerUpTo } from "../../options.js";
import { ready } from "../../pulumi.js";

export const benchShapes = new Command("shapes")
  .description("measure `npm start` of another shape against that of the workshop, and its memory")
  .addOption(new Option("--shape <name>", "the other shape").choices(shapeNames).default("pair"))
  .option("--rounds <n>", "how often each is measured, in turns", integerUpTo(100), 3)
  .option("--json", "for programs")
  .action(async (options: { shape: Shape; rounds: number; json?: boolean }) => {
    const shapes = ["workshop", options.shape] as const;
    for (const stack of shapes.map(stackOf)) {
      await ready(stack);
      if (Object.keys(await outputs(stack)).length > 0) {
        throw new Error(`Stack ${stack} is up; measuring needs it down.`);
      }
    }
    const seen: ShapeStart[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      for (const shape of shapes) {
        const one = await startShape(root, shape);
        seen.push(one);
        console.error(`round ${round}: ${JSON.stringify(one)}`);
      }
    }
    console.log(options.json ? JSON.stringify(seen) : table(seen, options.shape));
  });

/** Medians of both, and how many times the workshop's the other shape's are. */
function table(seen: ShapeStart[], shape: Shape): string {
  const of = (name: Shape, what: "proof" | "all" | "busy") =>
    median(seen.flatMap((one) => (one.shape === name ? [one[what]] : [])));
  const line = (words: string, what: "proof" | "all" | "busy") => {
    const [a, b] = [of(shape, what), of("workshop", what)];
    return `${words}: ${shape} ${a} s, workshop ${b} s, ${(a / b).toFixed(2)} times`;
  };
  const memory = seen.flatMap((one) => (one.shape === shape ? [Object.entries(one.memory)] : []));
  const sizes = memory.flat().map(([name, size]) => `${name} ${size}`);
  const total = Math.max(...memory.map((all) => all.reduce((sum, [, size]) => sum + size, 0)));
  return [
    line("to the proof", "proof"),
    line("in all", "all"),
    line(`processors busy until the proof, of ${cpus().length}`, "busy"),
    `MiB of memory: ${sizes.join(", ")}; together ${total}`,
  ].join("\n");
}
