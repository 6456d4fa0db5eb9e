// Only the module that the server needs: the whole SDK takes half a second more to load.
import { main } from "@pulumi/pulumi/provider/server";
import { VagrantProvider } from "./provider";

const args = process.argv.slice(2);
const provider = new VagrantProvider(engineAddress(args));

exitWithEngine(process.ppid);
void main(provider, args);

/** The engine passes its address as the only argument that is not a flag; "--tracing" has a value. */
function engineAddress(words: readonly string[]): string | undefined {
  return words.find((word, i) => !word.startsWith("-") && words[i - 1] !== "--tracing");
}

/** Ends this process when the engine is gone: a killed engine cannot ask it to stop. */
function exitWithEngine(engine: number): void {
  setInterval(() => {
    if (process.ppid !== engine) {
      void provider.cancel().then(() => process.exit(1));
    }
  }, 5_000).unref();
}
