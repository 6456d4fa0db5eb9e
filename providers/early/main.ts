// Both providers in one process, which a command of the lab starts before Pulumi. While Pulumi starts, it logs in to
// the machines of the last run and reads them. Its argument is the file of the stack's state.
import { readCommand } from "../../components/host/refresh/readCommand";
import { CommandServer } from "../command/server";
import { listen } from "../protocol/service";
import { isAlive } from "../qemu/process/processes";
import { defaultTiming } from "../vagrant/program/queue";
import { VagrantProvider } from "../vagrant/provider";
import { methodsOf } from "../vagrant/server";
import { lastMachines } from "./lastMachines";

const [state = ""] = process.argv.slice(2);
const command = new CommandServer(undefined);
const vagrant = new VagrantProvider(undefined, defaultTiming, (known) => command.answers(known));

// A machine that cannot be read early is read later.
lastMachines(state).then(
  (machines) => {
    for (const machine of machines) {
      command.askEarly({ ...machine }, readCommand);
    }
  },
  () => undefined,
);
void Promise.all([command.listen(), listen(methodsOf(vagrant))]).then((ports) => {
  console.log(ports.join(" "));
});
endWithEngine();

/**
 * Ends this process when the command closes its standard input, or has been killed, and the engine is gone: a killed
 * engine cannot ask it to stop. The command writes the engine's process id there.
 */
function endWithEngine(): void {
  let engine = "";
  process.stdin.setEncoding("utf8").on("data", (text: string) => {
    engine += text;
  });
  process.stdin.on("end", () => {
    const end = () => {
      if (engine === "" || !isAlive(Number(engine))) {
        clearInterval(timer);
        setTimeout(() => process.exit(1), 6_000);
        void Promise.all([command.cancel(), vagrant.cancel()]).then(() => process.exit(0));
      }
    };
    const timer = setInterval(end, 1_000);
    end();
  });
}
