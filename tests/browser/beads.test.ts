import type { Page } from "playwright-core";
import { answered, loadMessages, loadRequest, workshop } from "../../tools/bench/page/workshop";
import type { Message, Way } from "../../watch/protocol.js";
import { forAllTests, picture } from "./watching";

const { lab, open } = forAllTests();
let page: Page;

beforeEach(async () => {
  await lab.start(workshop());
  page = await open();
});

const [blue, orange, grey] = ["#0068b3", "#b85c00", "#767d87"];
const running: Message = { type: "load", load: loadRequest };

/** Waits until the last answers are told so to who does not see beads. */
function told(way: "Balanced" | "Static redirection", words: string): Promise<void> {
  const place = page.locator(".way", { has: page.getByRole("heading", { name: way }) });
  return place.getByText(words, { exact: true }).waitFor();
}

/** The colours of the beads in a row, beside their numbers, as "#rrggbb". */
async function colours(way: Way, row: number, beads: number): Promise<string[]> {
  // Beads are painted once in each frame, what is told as it comes.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  return page.locator(`canvas[data-way="${way}"]`).evaluate(
    (element, [row, beads]) => {
      const canvas = element as HTMLCanvasElement;
      const cell = canvas.width / Number(canvas.dataset.columns);
      const pen = canvas.getContext("2d");
      const hex = (value: number) => value.toString(16).padStart(2, "0");
      return Array.from({ length: beads }, (_, column) => {
        const [x, y] = [(column + 0.18) * cell, (row + 0.5) * cell];
        const pixel = pen?.getImageData(Math.round(x), Math.round(y), 1, 1).data ?? [];
        return pixel[3] === 0 ? "none" : `#${[...pixel].slice(0, 3).map(hex).join("")}`;
      });
    },
    [row, beads] as const,
  );
}

test("round robin: beads in turns, and the redirection's all of one server", async () => {
  await lab.say(...loadMessages(3, [0, 1]));
  await told("Balanced", `In order, oldest first: ${"1 2 ".repeat(10).trim()}`);
  await told("Static redirection", `In order, oldest first: ${"1 ".repeat(20).trim()}`);
  await told("Balanced", "Last 20: BACKEND-1 10, BACKEND-2 10");
  expect(await colours("balanced", 0, 6)).toEqual([blue, orange, blue, orange, blue, orange]);
  expect(await colours("redirected", 0, 6)).toEqual(Array(6).fill(blue));
});

test("weights of 3 and 1: three beads of four are one server's", async () => {
  await lab.say(...loadMessages(3, [0, 0, 1, 0]));
  await told("Balanced", `In order, oldest first: ${"1 1 2 1 ".repeat(5).trim()}`);
  await told("Balanced", "Last 20: BACKEND-1 15, BACKEND-2 5");
  expect(await colours("balanced", 1, 4)).toEqual([blue, blue, orange, blue]);
});

test("by the client's address: all beads are one server's", async () => {
  await lab.say(running, answered(1, "balanced", 0, Array<number>(30).fill(1)));
  await told("Balanced", "Last 20: BACKEND-2 20");
  expect(await colours("balanced", 0, 4)).toEqual(Array(4).fill(orange));
});

test("what was lost is a red ring, what nobody known answered is grey, in their places", async () => {
  await lab.say(running, answered(1, "balanced", 0, [0, -1, 1, -2, 0]));
  await told("Balanced", "In order, oldest first: 1 × 2 ? 1");
  await told("Balanced", "Last 5: BACKEND-1 2, BACKEND-2 1, lost 1, unknown 1");
  const [first, ring, third, stranger, last, after] = await colours("balanced", 0, 6);
  expect([first, third, stranger, last, after]).toEqual([blue, orange, grey, blue, "none"]);
  // A thin line, the colour of which the empty ground around it changes a little.
  expect(ring).toMatch(/^#[bcd][0-9a-f][0-3][0-9a-f][0-3][0-9a-f]$/);
  await picture(page, "lost-and-unknown");
});

test("answers whose message did not come leave their places empty", async () => {
  await lab.say(running, answered(1, "balanced", 0, [0, 1]), answered(1, "balanced", 4, [0, 1]));
  await told("Balanced", "In order, oldest first: 1 2 – – 1 2");
  await told("Balanced", "Last 4: BACKEND-1 2, BACKEND-2 2");
  const row = await colours("balanced", 0, 6);
  expect(row).toEqual([blue, orange, "none", "none", blue, orange]);
});

test("a load that begins anew begins in the first place", async () => {
  await lab.say(running, answered(1, "balanced", 0, [0, 1, 0, 1]));
  await told("Balanced", "In order, oldest first: 1 2 1 2");
  await lab.say(running, answered(9, "balanced", 0, [1]));
  await told("Balanced", "In order, oldest first: 2");
  expect(await colours("balanced", 0, 2)).toEqual([orange, "none"]);
});

test("the newest row is the last: older ones move up", async () => {
  // It has a height once its place has been measured, on which the columns depend.
  const canvas = page.locator('canvas[data-way="balanced"][style*="height"]');
  const columns = Number(await canvas.getAttribute("data-columns"));
  // Six rows are shown; the first of these seven is another's.
  const who = [...Array<number>(columns).fill(1), ...Array<number>(6 * columns).fill(0)];
  await lab.say(running, answered(1, "balanced", 0, who));
  await told("Balanced", "Last 20: BACKEND-1 20");
  expect(await colours("balanced", 0, 3)).toEqual(Array(3).fill(blue));
  expect(await colours("balanced", 5, 3)).toEqual(Array(3).fill(blue));
});

test("who comes while a load runs sees what comes from then on", async () => {
  await lab.say(running, answered(1, "balanced", 5001, [0, 1, 0]));
  await told("Balanced", "In order, oldest first: 1 2 1");
  await told("Balanced", "Last 3: BACKEND-1 2, BACKEND-2 1");
});
