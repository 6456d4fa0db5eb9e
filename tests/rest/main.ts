import * as pulumi from "@pulumi/pulumi";
import { programs } from "./programs";
import { changing } from "./programs/changing";
import { Testbed, Told } from "./testbed";

/* What Pulumi runs: the program that the stack's settings name. */

const config = new pulumi.Config();
const name = config.require("program");
const program = programs[name] ?? changing[name];
if (!program) {
  throw new pulumi.RunError(`there is no program "${name}"`);
}
const told = config.requireObject<Omit<Told, "privateKey">>("told");
program.declare(
  new Testbed({ ...told, privateKey: config.requireSecret("privateKey") }, config.get("variant")),
);
