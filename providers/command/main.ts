import { engineAddress } from "../protocol/engineAddress";
import { CommandServer } from "./server";

const args = process.argv.slice(2);
const server = new CommandServer(engineAddress(args));

exitWithEngine(process.ppid);
// Pulumi reads the port from the first line.
void server.listen().then((port) => {
  console.log(String(port));
});

/** Ends this process when the engine is gone: a killed engine cannot ask it to stop. */
function exitWithEngine(engine: number): void {
  setInterval(() => {
    if (process.ppid !== engine) {
      void server.cancel();
      setTimeout(() => process.exit(1), 6_000);
    }
  }, 2_000).unref();
}
