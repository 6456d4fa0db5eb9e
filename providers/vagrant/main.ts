import { engineAddress } from "../protocol/engineAddress";
import { listen } from "../protocol/service";
import { VagrantProvider } from "./provider";
import { methodsOf } from "./server";

const args = process.argv.slice(2);
const provider = new VagrantProvider(engineAddress(args));

exitWithEngine(process.ppid);
// Pulumi reads the port from the first line.
void listen(methodsOf(provider)).then((port) => {
  console.log(String(port));
});

/** Ends this process when the engine is gone: a killed engine cannot ask it to stop. */
function exitWithEngine(engine: number): void {
  setInterval(() => {
    if (process.ppid !== engine) {
      void provider.cancel().then(() => process.exit(1));
    }
  }, 5_000).unref();
}
