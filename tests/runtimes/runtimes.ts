import { delimiter, join } from "node:path";
import { own, Tools } from "../rest/stacks";
import { root } from "../support/pulumi/project";

interface Runtimes {
  /** The folder of each Node.js, by its version. */
  nodes: Record<string, string>;
  pulumi: { version: string; bin: string };
}

/** What set-up has put in place: `npm run test:runtimes` says where. */
export const runtimes = JSON.parse(
  process.env.IPVS_LAB_RUNTIMES ?? missing("IPVS_LAB_RUNTIMES"),
) as Runtimes;

export const nodes = Object.entries(runtimes.nodes);

/** Pulumi as set-up has it, with all that is JavaScript on another Node.js. */
export function withNode(version: string, bin: string): Tools {
  return { ...own, name: `Node.js ${version}`, bin };
}

/** The newest CLI on another Node.js, with a home that has no plugin. */
export function withNewest(version: string, bin: string): Tools {
  return {
    name: `newest on Node.js ${version}`,
    bin: [bin, runtimes.pulumi.bin].join(delimiter),
    env: { PULUMI_HOME: join(root, ".state/runtimes-home") },
    ownEngine: true,
  };
}

function missing(name: string): never {
  throw new Error(`${name} is not set: use \`npm run test:runtimes\``);
}
