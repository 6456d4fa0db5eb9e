import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cache, root } from "../../../lab/paths.js";
import type { Step } from "../step.js";
import { goBuild } from "./goBuild.js";
import { installLanguageHost } from "./languageHost.js";

/** The releases of Node.js that users have, besides the one that runs set-up. */
const nodeVersions = ["22.23.3", "24.21.0", "26.10.0"];
/** Change it together with tests/runtimes/go, whose modules have this version. */
const newestVersion = "3.276.0";

const folder = join(cache, "runtimes");
const nodeFolder = (version: string) => join(folder, `node-${version}`);
const newestFolder = join(folder, `pulumi-${newestVersion}`);

/** Folders for the tests' PATH, by version. */
export const runtimes = {
  nodes: Object.fromEntries(
    nodeVersions.map((version) => [version, join(nodeFolder(version), "node_modules/node/bin")]),
  ),
  pulumi: { version: newestVersion, bin: newestFolder },
};

/** The steps that `npm run test:runtimes` needs besides those of a lab. */
export const runtimesSteps: Step[] = [
  ...nodeVersions.map((version): Step => ({
    name: `Node.js ${version}`,
    remedy: "npm run test:runtimes",
    isDone: () => existsSync(nodeFolder(version)),
    // npm's own package of Node.js. Its installer fetches the program for this architecture.
    run: () =>
      fillFolder(nodeFolder(version), async (work) => {
        const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts=false"];
        await execa("npm", ["install", ...quiet, "--prefix", work, `node@${version}`]);
      }),
  })),
  {
    name: `The Pulumi CLI ${newestVersion}, the newest`,
    remedy: "npm run test:runtimes",
    isDone: () => existsSync(join(newestFolder, "pulumi")),
    run: (report) =>
      fillFolder(newestFolder, async (work) => {
        const recipe = { folder: join(root, "tests/runtimes/go"), version: newestVersion };
        await goBuild(
          ["pulumi"],
          work,
          "The newest Pulumi is built for its tests.",
          report,
          recipe,
        );
      }),
  },
  {
    name: "The language host beside the newest Pulumi",
    remedy: "npm run test:runtimes",
    // It always installs the checkout's own.
    isDone: () => false,
    run: () => installLanguageHost(newestFolder),
  },
];

/** Fills a folder in one move, so that it is complete or missing. */
async function fillFolder(place: string, fill: (work: string) => Promise<void>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(`${place}.`);
  try {
    await fill(work);
    rmSync(place, { recursive: true, force: true });
    renameSync(work, place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
