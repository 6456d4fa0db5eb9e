import { join } from "node:path";
import type { Page } from "playwright-core";
import { launch } from "../../../tools/bench/page/chromium";
import { root } from "./harness";
import { Watching } from "./watchServer";

/** The page of `npm run watch` in a real browser, on the tests' lab. */
export interface OpenPage {
  watching: Watching;
  page: Page;
  /** Ends both. */
  close: () => Promise<void>;
}

/** Opens it as on a wall, in English and light. */
export async function openPage(): Promise<OpenPage> {
  const watching = await Watching.start();
  try {
    const browser = await launch();
    const context = await browser.newContext({
      ...{ viewport: { width: 1440, height: 1000 }, locale: "en-GB", colorScheme: "light" },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(watching.url);
    await page.locator("main.board").waitFor();
    const close = async () => {
      await browser.close();
      await watching.stop();
    };
    return { watching, page, close };
  } catch (error) {
    await watching.stop();
    throw error;
  }
}

/** A picture for a person to look at. */
export function picture(page: Page, name: string): Promise<unknown> {
  const path = join(root, "artifacts/screenshots", `lab-${name}.png`);
  return page.screenshot({ path, fullPage: true });
}

/** Starts a load from the page's form, one request after the other, so that answers come in the scheduler's order. */
export async function startLoad(page: Page): Promise<void> {
  await page.getByLabel("Requests a second").fill("10");
  await page.getByLabel("At once").fill("1");
  await page.getByRole("button", { name: "Start", exact: true }).click();
}
