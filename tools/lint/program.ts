// Lints the program for machines as one script, because that is how it runs (components/host/kernel.ts). `npm run lint`
// runs it.
import { relative } from "node:path";
import { scripts, variables } from "../../components/host/kernel";
import { lintJoined } from "./joined";

const said = lintJoined(
  scripts.map((script) => relative(process.cwd(), script)),
  Object.keys(variables),
);
process.stdout.write(said);
process.exitCode = said === "" ? 0 : 1;
