import { spawn } from "node:child_process";
import { Command } from "commander";
import { register } from "tsx/cjs/api";
import { enterEnvironment } from "../../lab/environment.js";
import { onSignals } from "../../lab/signals.js";
import { sayDoing } from "../display/progress.js";
import { integerUpTo } from "../options.js";
import { defaultStack } from "../pulumi.js";

interface Options {
  stack: string;
  port: number;
  open: boolean;
  json?: boolean;
}

export const watch = new Command("watch")
  .description("a page in the browser that shows the lab live, and changes it through Pulumi")
  .option("--stack <name>", "the stack", defaultStack)
  .option(
    "--port <n>",
    "the port on 127.0.0.1, 1 to 65535 (default: any that is free)",
    integerUpTo(65535),
    0,
  )
  .option("--no-open", "print the address, and open no browser")
  .option("--json", "for programs: one line with the address, and no browser")
  .addHelpText(
    "after",
    "\nCtrl-C ends it, and all that it has started on the machines. See docs/watch.md.",
  )
  .action(async (options: Options) => {
    enterEnvironment();
    // Registered here, because only this command needs it: the server checks settings with the components, which are
    // CommonJS.
    register();
    const { watchLab } = await import("../../watch/server/watchLab.js");
    const running = await watchLab(options.stack, options.port, (what) => {
      console.error(`! ${what}`);
    });
    if (options.json) {
      console.log(JSON.stringify({ url: running.url }));
    } else {
      console.log(`Stack ${options.stack}, live: ${running.url}\nCtrl-C ends it.`);
      if (options.open && hasScreen()) {
        openBrowser(running.file());
      }
    }
    await signal();
    sayDoing("ending what runs on the machines");
    await running.close();
  });

function signal(): Promise<void> {
  return new Promise((resolve) => {
    onSignals(() => {
      resolve();
    });
  });
}

/** True when a browser can be opened. A user without a screen has the printed address. */
function hasScreen(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === "darwin" || Boolean(DISPLAY ?? WAYLAND_DISPLAY);
}

/**
 * @param file A file that leads to the page. The address itself is not passed: other users of this computer see command
 * lines.
 */
function openBrowser(file: string): void {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(command, [file], { detached: true, stdio: "ignore" });
  child.on("error", () => undefined);
  child.unref();
}
