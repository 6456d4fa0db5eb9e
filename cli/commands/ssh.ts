import { Command } from "commander";
import { execa } from "execa";
import { enterEnvironment } from "../../lab/environment.js";
import { outputs } from "../../lab/outputs.js";
import { type Machines, sshArguments } from "../../lab/ssh.js";
import { defaultStack } from "../pulumi.js";

export const ssh = new Command("ssh")
  .description("open a machine, or run a command on it: npm run ssh -- machine1 sudo ipvsadm -Ln")
  .option("--stack <name>", "the stack", defaultStack)
  .argument("<machine>")
  .argument("[command...]")
  .passThroughOptions()
  .action(async (machine: string, command: string[], { stack }: { stack: string }) => {
    enterEnvironment();
    const { machines = {} } = (await outputs(stack)) as { machines?: Machines };
    const args = sshArguments(stack, machines, machine);
    const { exitCode } = await execa("ssh", [...args, ...command], {
      stdio: "inherit",
      reject: false,
    });
    process.exitCode = exitCode ?? 255;
  });
