import { CommandServer } from "./server";

const args = process.argv.slice(2);
const server = new CommandServer(engineAddress(args));

exitWithEngine(process.ppid);
// Pulumi reads the port from the first line.
void server.listen().then((port) => {
  console.log(String(port));
});

/** The engine passes its address as the only argument that is not a flag; "--tracing" has a value. */
function engineAddress(words: readonly string[]): string | undefined {
  return words.find((word, i) => !word.startsWith("-") && words[i - 1] !== "--tracing");
}

/** Ends this process when the engine is gone: a killed engine cannot ask it to stop. */
function exitWithEngine(engine: number): void {
  setInterval(() => {
    if (process.ppid !== engine) {
      void server.cancel();
      setTimeout(() => process.exit(1), 6_000);
    }
  }, 2_000).unref();
}
