import { Argument, Command } from "commander";
import { enterEnvironment } from "../../lab/environment.js";
import { labOf } from "../../lab/lab.js";
import { cableMoves, moveCable, type CableMove } from "../../lab/machines.js";
import { stackWords } from "../../lab/stackSetting.js";
import { defaultStack } from "../pulumi.js";

export const cable = new Command("cable")
  .description(
    "pull a machine's cable of the lab's network, or plug it in again: npm run cable -- machine1 pull",
  )
  .option("--stack <name>", "the stack", defaultStack)
  .argument("<machine>")
  .addArgument(new Argument("<move>", "out of the card, or into it").choices(cableMoves))
  .addHelpText(
    "after",
    "\nThe machine sees its link go, as with a real cable. SSH still reaches it.",
  )
  .action(async (machine: string, move: CableMove, { stack }: { stack: string }) => {
    enterEnvironment();
    const known = Object.keys((await labOf(stack)).machines);
    if (!known.includes(machine)) {
      throw new Error(`no machine "${machine}" in stack ${stack}; there are ${known.join(", ")}`);
    }
    await moveCable(stack, machine, move);
    console.log(
      move === "pull"
        ? `${machine}'s cable is out. \`npm run cable --${stackWords(stack)} ${machine} plug\` plugs it in again.`
        : `${machine}'s cable is in.`,
    );
  });
