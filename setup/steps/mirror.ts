import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { copyFile, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { releasesHidden } from "../paths.js";

const remedy = "Set IPVS_LAB_MIRROR to a folder or address that has it, with its SHA256SUMS.";

class WrongChecksum extends Error {}

/** The official releases' folder for the CLI and for plugins. */
const official = {
  cli: "https://get.pulumi.com/releases/sdk",
  plugin: "https://get.pulumi.com/releases/plugins",
};

/** No release is to be had: not from the official address, nor from a mirror. */
export class NoRelease extends Error {}

/** Where to look besides: the folder or address that IPVS_LAB_MIRROR names, and nowhere else. */
function mirror(): string | undefined {
  const named = process.env.IPVS_LAB_MIRROR;
  return releasesHidden || named === "" ? undefined : named;
}

/**
 * Fetches a release archive into a folder: the official download, else the mirror, checked against
 * the mirror's SHA256SUMS.
 * @returns the archive's path
 * @throws NoRelease where neither has it, with what was tried and the setting that helps; another error
 * where the mirror's archive is not what its SHA256SUMS says
 */
export async function fetchArchive(
  kind: keyof typeof official,
  name: string,
  folder: string,
  report: (line: string) => void,
): Promise<string> {
  if (releasesHidden) {
    throw new NoRelease(
      `${name} is not fetched, because IPVS_LAB_MIRROR is "none": unset it to change that.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const target = join(folder, name);
  const tried: string[] = [];
  const source = mirror();
  for (const from of [official[kind], ...(source ? [source] : [])]) {
    report(`${name} from ${from}`);
    try {
      await get(`${from}/${name}`, `${target}.part`);
      if (from === source) {
        await check(`${target}.part`, name, source);
      }
      await rename(`${target}.part`, target);
      return target;
    } catch (error) {
      if (error instanceof WrongChecksum) {
        throw new Error(`${name} from ${from}: ${error.message}\n${remedy}`, { cause: error });
      }
      tried.push(`  ${from}: ${reason(error)}`);
    }
  }
  throw new NoRelease(`${name} cannot be fetched:\n${tried.join("\n")}\n${remedy}`);
}

async function get(from: string, to: string): Promise<void> {
  if (!/^https?:/.test(from)) {
    await copyFile(from, to);
    return;
  }
  const response = await fetch(from, { signal: AbortSignal.timeout(600_000) });
  if (!response.ok || !response.body) {
    throw new Error(`${response.status} ${response.statusText}`);
  }
  await pipeline(Readable.fromWeb(response.body), createWriteStream(to));
}

async function check(file: string, name: string, source: string): Promise<void> {
  const sums = `${file}.sums`;
  await get(`${source}/SHA256SUMS`, sums);
  const list = await readFile(sums, "utf8");
  await rm(sums);
  const wanted = list
    .split("\n")
    .find((line) => line.trim().endsWith(name))
    ?.split(/\s+/)[0];
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  if (found !== wanted) {
    throw new WrongChecksum(
      `its SHA-256 is ${found}, but SHA256SUMS says ${wanted ?? "nothing of it"}`,
    );
  }
}

/** The innermost cause: fetch only says "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}
