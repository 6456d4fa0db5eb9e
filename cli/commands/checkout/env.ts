import { Command } from "commander";
import { shellLines } from "../../../lab/environment.js";

export const env = new Command("env")
  .description('print the variables for plain `pulumi`: eval "$(npm run -s env)"')
  .action(() => {
    console.log(shellLines());
  });
