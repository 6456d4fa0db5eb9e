import type { Browser, Page } from "playwright-core";
import { launch } from "../../tools/bench/page/chromium";
import {
  answered,
  down,
  manyMembers,
  loadRequest,
  sampleAt,
  up,
} from "../../tools/bench/page/workshop";
import { Lab, open, picture } from "./watching";

const members = 1000;
const rate = 2000;

let browser: Browser;
let lab: Lab;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  lab = new Lab();
  await lab.start(manyMembers(members));
  page = await open(browser, lab);
});
afterAll(async () => {
  await browser.close();
  await lab.stop();
});

const elements = () => page.evaluate(() => document.querySelectorAll("*").length);
const all = Array.from({ length: members }, () => ({ ...up, connections: rate / members }));

test("every one of thousands of answers arrives, and the page stays small", async () => {
  await lab.say({ type: "load", load: { ...loadRequest, rate } }, sampleAt(0, all));
  const before = await elements();
  const some = 100;
  for (let first = 0; first < 5 * rate; first += some) {
    const who = Array.from({ length: some }, (_, index) => (first + index) % members);
    const second = first / rate;
    await lab.say(
      answered(second, "balanced", first, who),
      answered(
        second,
        "redirected",
        first,
        who.map(() => 0),
      ),
      ...(Number.isInteger(second) ? [sampleAt(second, all)] : []),
    );
  }
  await lab.say(sampleAt(5, all));
  const last = Array.from({ length: 20 }, (_, index) => members - 19 + index).join(" ");
  await page.getByText(`In order, oldest first: ${last}`).waitFor();
  // Of the last ten seconds all: five of them.
  const rates = page.locator(".figures dd");
  await rates.nth(0).getByText("2,000").waitFor();
  await rates.nth(3).getByText("2,000").waitFor();
  await page.getByText("994 others").first().waitFor();
  expect(await elements()).toBeLessThan(before + 100);
  expect(await elements()).toBeLessThan(1500);
  await picture(page, "many");
});

test("those in trouble are drawn and listed first, any other is found by name", async () => {
  const some = [...all];
  some[499] = down;
  some[699] = { ...up, weight: 0 };
  await lab.say(sampleAt(6, some));
  await page.getByText("1,000 servers: 998 up, 1 down, 1 drained").waitFor();
  const rows = page.locator("tbody tr");
  expect(await rows.count()).toBe(20);
  expect(await rows.nth(0).getAttribute("data-member")).toBe("web-500");
  expect(await rows.nth(1).getAttribute("data-member")).toBe("web-700");
  await page.locator('[data-target="998 servers"]').waitFor();
  await page.locator('[data-target="web-500"][data-standing="down"]').waitFor();
  await page.getByText("and 980 more").waitFor();
  await picture(page, "many-down");
  await page.locator(".members").getByLabel("Find a server").fill("web-77");
  // web-77 and web-770 to web-779
  expect(await rows.count()).toBe(11);
  await page.locator(".settings").getByLabel("Find a server").fill("web-123");
  await page.getByRole("switch", { name: "Running of web-123" }).click();
  await page.getByText("1 change to preview").waitFor();
});

test("many that fail at once are told by their number", async () => {
  await lab.say(
    sampleAt(
      7,
      all.map(() => down),
    ),
  );
  await page.getByRole("log").getByText("999 servers: down").waitFor();
});
