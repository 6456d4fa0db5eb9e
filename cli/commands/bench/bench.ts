import { Command } from "commander";
import { benchBefore } from "./benchBefore.js";
import { benchDirectors } from "./benchDirectors.js";
import { benchImport } from "./benchImport.js";
import { benchLab } from "./benchLab.js";
import { benchPage } from "./benchPage.js";
import { benchShapes } from "./benchShapes.js";
import { benchStart } from "./benchStart.js";
import { benchTables } from "./benchTables.js";

export const bench = new Command("bench")
  .description("measure, each figure against a peer in the same run")
  .addCommand(benchStart, { isDefault: true })
  .addCommand(benchShapes)
  .addCommand(benchLab)
  .addCommand(benchImport)
  .addCommand(benchTables)
  .addCommand(benchDirectors)
  .addCommand(benchPage)
  .addCommand(benchBefore);
