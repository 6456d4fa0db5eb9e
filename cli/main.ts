import { Command } from "commander";
import { errorText } from "../setup/display/failure.js";
import { glyphs } from "../setup/display/glyphs.mjs";
import { bench } from "./commands/bench/bench.js";
import { cable } from "./commands/cable.js";
import { docs } from "./commands/checkout/docs.js";
import { doctor } from "./commands/checkout/doctor.js";
import { env } from "./commands/checkout/env.js";
import { scale } from "./commands/checkout/scale.js";
import { setup } from "./commands/checkout/setup.js";
import { test } from "./commands/checkout/test.js";
import { compare } from "./commands/compare.js";
import { destroy } from "./commands/destroy.js";
import { drift } from "./commands/drift/drift.js";
import { failover } from "./commands/failover.js";
import { importTables } from "./commands/import.js";
import { passThrough, preview, up } from "./commands/passThrough.js";
import { report } from "./commands/report.js";
import { ssh } from "./commands/ssh.js";
import { start } from "./commands/start.js";
import { sudoers } from "./commands/sudoers.js";
import { verify } from "./commands/verify.js";
import { watch } from "./commands/watch.js";

const program = new Command("npm run")
  .description("The IPVS lab: `npm start` brings it up, `npm run destroy` takes it back.")
  // `ssh` and `pulumi` hand the arguments after their own on as they are.
  .enablePositionalOptions();
for (const command of [
  ...[start, verify, compare, failover, cable, watch, report, preview, up, drift, destroy, ssh],
  ...[importTables, sudoers, doctor, setup, env, passThrough, test, docs, bench, scale],
]) {
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`${glyphs.failed} ${errorText(error)}`);
  process.exitCode = 1;
}
