import type { Page } from "playwright-core";

/** The wires that the page draws with moving packets, by their kinds. */
export interface DrawnWays {
  request: number;
  tunnel: number;
  answer: number;
}

/** Counts the wires that packets move on. */
export async function drawnWays(page: Page): Promise<DrawnWays> {
  const count = (kind: string) => page.locator(`path.wire.${kind}[data-moving]`).count();
  const [request, tunnel, answer] = await Promise.all(["request", "tunnel", "answer"].map(count));
  return { request: request ?? 0, tunnel: tunnel ?? 0, answer: answer ?? 0 };
}

/** The number of answers' wires that end at the clients: one from the director, or one from each server past it. */
export async function answersToClients(page: Page): Promise<number> {
  const clients = await page.locator(".topology svg > .frame").boundingBox();
  const wires = await page.locator("g.line.answer path.wire").all();
  const boxes = await Promise.all(wires.map((wire) => wire.boundingBox()));
  const right = (clients?.x ?? 0) + (clients?.width ?? 0);
  return boxes.filter((box) => box && box.x <= right + 1).length;
}

/** True when a server is drawn inside the frame of a machine. */
export async function isInside(page: Page, server: string, machine: string): Promise<boolean> {
  const box = (of: string) => page.locator(of).first().boundingBox();
  const [inner, outer] = await Promise.all([
    box(`[data-target="${server}"] rect.box`),
    box(`[data-machine="${machine}"] rect.frame`),
  ]);
  return (
    inner !== null &&
    outer !== null &&
    inner.x > outer.x &&
    inner.y > outer.y &&
    inner.x + inner.width < outer.x + outer.width &&
    inner.y + inner.height < outer.y + outer.height
  );
}
