import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cache, root } from "../../../lab/paths.js";
import type { Step } from "../step.js";
import { goBuild } from "./goBuild.js";
import { installLanguageHost } from "./languageHost.js";

/** The releases of Node.js that people have, beside the one that runs set-up. */
const nodeVersions = ["22.23.3", "24.21.0", "26.10.0"];
/** With it comes tests/runtimes/go, whose modules are of that version. */
const newestVersion = "3.276.0";

const folder = join(cache, "runtimes");
const nodeFolder = (version: string) => join(folder, `node-${version}`);
const newestFolder = join(folder, `pulumi-${newestVersion}`);

/** For the tests: folders for PATH, by version. */
export const runtimes = {
  nodes: Object.fromEntries(
    nodeVersions.map((version) => [version, join(nodeFolder(version), "node_modules/node/bin")]),
  ),
  pulumi: { version: newestVersion, bin: newestFolder },
};

/** What `npm run test:runtimes` needs beside what a lab needs. */
export const runtimesSteps: Step[] = [
  ...nodeVersions.map((version): Step => ({
    name: `Node.js ${version}`,
    remedy: "npm run test:runtimes",
    isDone: () => existsSync(nodeFolder(version)),
    // npm's own package of Node.js: its installer fetches the program of this architecture.
    run: () =>
      intoPlace(nodeFolder(version), async (work) => {
        const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts=false"];
        await execa("npm", ["install", ...quiet, "--prefix", work, `node@${version}`]);
      }),
  })),
  {
    name: `The Pulumi CLI ${newestVersion}, the newest`,
    remedy: "npm run test:runtimes",
    isDone: () => existsSync(join(newestFolder, "pulumi")),
    run: (report) =>
      intoPlace(newestFolder, async (work) => {
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
    // Always the checkout's own.
    isDone: () => false,
    run: () => installLanguageHost(newestFolder),
  },
];

/** Fills a folder, which is there wholly or not at all. */
async function intoPlace(place: string, fill: (work: string) => Promise<void>): Promise<void> {
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
