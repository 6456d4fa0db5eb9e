import { Program } from "../testbed";
import { backends } from "./backends";
import { directors } from "./directors";
import { examples } from "./examples";
import { keepalived } from "./keepalived";
import { members } from "./members";
import { schedulers } from "./schedulers";
import { services } from "./services";
import { tables } from "./tables";

/** All programs, by what they are. */
export const programs: Record<string, Program> = {
  ...examples,
  ...schedulers,
  ...services,
  ...members,
  ...directors,
  ...backends,
  ...tables,
  ...keepalived,
};

/** Those that also run with Pulumi's own CLI and command plugin, where these are there. */
export const alsoOfficial = [
  "members in namespaces behind tunnels",
  "tables out of files of CSV and YAML",
  "checks over HTTP",
];
