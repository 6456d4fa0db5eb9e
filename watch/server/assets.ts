import type { Asset } from "./app.js";

/** The page, built from its sources; a word in its place where it cannot be. */
export async function pageAssets(): Promise<Map<string, Asset>> {
  const builder = "../page/build.js";
  const { buildPage } = (await import(builder)) as { buildPage(): Promise<Map<string, Asset>> };
  return buildPage();
}
