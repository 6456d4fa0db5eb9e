import { createWriteStream, mkdirSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { releasesHidden } from "../../../lab/paths.js";
import { digestOf } from "../../../providers/qemu/digest.js";
import { type Digests, pinned } from "./digests.js";

const remedy = "Set IPVS_LAB_MIRROR to a folder or address that has it.";

class WrongDigest extends Error {}

/** The official releases' folder for the CLI and for plugins. */
const official = {
  cli: "https://get.pulumi.com/releases/sdk",
  plugin: "https://get.pulumi.com/releases/plugins",
};

/** The release can be had neither from the official address nor from a mirror. */
export class NoRelease extends Error {}

/** The folder or address that IPVS_LAB_MIRROR names, to try after the official one. */
function mirror(): string | undefined {
  const named = process.env.IPVS_LAB_MIRROR;
  return releasesHidden || named === "" ? undefined : named;
}

/**
 * Fetches a release archive into a folder: the official download, else the mirror's. From either source, its digest
 * must be one that this project knows.
 * @param digests The known digests.
 * @returns The archive's path.
 * @throws NoRelease when neither has it, with what was tried and the setting that helps; another error when an archive
 * has another digest.
 */
export async function fetchArchive(
  kind: keyof typeof official,
  name: string,
  folder: string,
  report: (line: string) => void,
  digests: Digests = pinned[name] ?? {},
): Promise<string> {
  if (releasesHidden) {
    throw new NoRelease(
      `${name} is not fetched, because IPVS_LAB_MIRROR is "none": unset it to change that.`,
    );
  }
  const known = [...(digests.official ? [digests.official] : []), ...(digests.rebuilt ?? [])];
  if (known.length === 0) {
    throw new NoRelease(
      `${name} is not fetched, because this project has no digest of it (setup/steps/pulumi/digests.ts).`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const target = join(folder, name);
  const part = `${target}.${process.pid}`;
  const tried = digests.official
    ? []
    : [`  ${official[kind]}: not asked, because this project has no digest of its archive`];
  const source = mirror();
  const places = [...(digests.official ? [official[kind]] : []), ...(source ? [source] : [])];
  for (const from of places) {
    report(`${name} from ${from}`);
    try {
      await get(`${from}/${name}`, part);
      await check(part, from === source ? known : known.slice(0, 1));
      await rename(part, target);
      return target;
    } catch (error) {
      await rm(part, { force: true });
      if (error instanceof WrongDigest) {
        throw new Error(`${name} from ${from}: ${error.message}`, { cause: error });
      }
      tried.push(`  ${from}: ${reason(error)}`);
    }
  }
  throw new NoRelease(`${[`${name} cannot be fetched:`, ...tried].join("\n")}\n${remedy}`);
}

async function get(from: string, to: string): Promise<void> {
  if (!/^https?:/.test(from)) {
    await copyFile(from, to);
    return;
  }
  const response = await request(from);
  if (!response.ok || !response.body) {
    throw new Error(`${response.status} ${response.statusText}`);
  }
  await pipeline(Readable.fromWeb(response.body), createWriteStream(to));
}

/** A request through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY choose: Node's own fetch ignores them. */
async function request(url: string) {
  const signal = AbortSignal.timeout(600_000);
  const [httpsProxy, httpProxy, noProxy] = ["https_proxy", "http_proxy", "no_proxy"].map(
    (name) => [name, name.toUpperCase()].map((one) => process.env[one]).find(Boolean) ?? "",
  );
  if (!httpsProxy && !httpProxy) {
    return fetch(url, { signal });
  }
  const { EnvHttpProxyAgent, fetch: proxied } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({ httpsProxy, httpProxy, noProxy });
  return proxied(url, { signal, dispatcher });
}

/** @throws WrongDigest with the expected digest and the one found. */
async function check(file: string, known: string[]): Promise<void> {
  const found = await digestOf(file);
  if (!known.includes(found)) {
    throw new WrongDigest(
      [
        "it is not the archive that this project knows, and is not used.",
        `  SHA-256 expected: ${known.join(" or ")}`,
        `  SHA-256 found:    ${found}`,
      ].join("\n"),
    );
  }
}

/** The message of the innermost cause: fetch only says "fetch failed". */
function reason(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) {
    return reason(error.cause);
  }
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(reason).join(", ");
  }
  return error instanceof Error ? error.message : String(error);
}
