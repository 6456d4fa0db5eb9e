import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { failover, pair } from "../../tools/bench/page/pair";
import {
  answered,
  down,
  loadMessages,
  manyMembers,
  sampleAt,
  up,
  workshop,
} from "../../tools/bench/page/workshop";
import type { ChangeMessage } from "../../watch/protocol.js";
import { forAllTests, picture } from "./watching";

const { lab, open } = forAllTests();
let page: Page;

async function watch(options: BrowserContextOptions = {}, topology = workshop()): Promise<void> {
  await lab.start(topology);
  page = await open(options);
  await lab.say(
    ...loadMessages(30, [0, 1]),
    answered(30, "balanced", 600, [0, 1, -1, -2, 1]),
    sampleAt(30, [{ ...up, weight: 0 }, down]),
  );
  await page.getByRole("log").locator("li.bad").first().waitFor();
}

/** What axe-core finds that keeps somebody from using the page. */
async function obstacles(): Promise<string[]> {
  await page.evaluate(`${axe.source}; undefined`);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary ?? ""}`,
      ),
    );
}

const preview: ChangeMessage = {
  ...{ type: "change" as const, id: 1, settings: { scheduler: "wrr" } },
  state: "previewed",
  lines: ["~ web (update)", "  - -s rr", "  + -s wrr"],
};

test.each([
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["French", { locale: "fr" }],
  ["a phone", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
] satisfies [string, BrowserContextOptions][])(
  "axe-core finds nothing serious: %s",
  async (_, options) => {
    await watch(options);
    expect(await obstacles()).toEqual([]);
  },
);

test.each(["light", "dark"] as const)(
  "axe-core finds nothing serious: the dialog, %s",
  async (colorScheme) => {
    await watch({ colorScheme });
    await lab.say(preview);
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("dialog").getByText("-s wrr").waitFor();
    expect(await obstacles()).toEqual([]);
  },
);

test.each([
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["French", { locale: "fr" }],
  ["a phone", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
] satisfies [string, BrowserContextOptions][])(
  "axe-core finds nothing serious: a failover, %s",
  async (_, options) => {
    await lab.start(pair());
    page = await open(options);
    await lab.say(...failover());
    await page.getByRole("log").locator(".cause").waitFor();
    expect(await obstacles()).toEqual([]);
  },
);

test("axe-core finds nothing serious: many members, and no connection", async () => {
  await watch({}, manyMembers(60));
  expect(await obstacles()).toEqual([]);
  await lab.hang();
  await page.getByText("Connection lost.").waitFor();
  expect(await obstacles()).toEqual([]);
});

test("axe-core would find what is wrong", async () => {
  await watch();
  await page.evaluate(() => {
    document.querySelector("label")?.replaceWith(document.createElement("select"));
  });
  expect((await obstacles()).join()).toContain("select-name");
});

test.each([
  ["the workshop", workshop()],
  ["a pair of directors", pair()],
])("the Tab key goes to every control, in the order in which they are seen: %s", async (_, lab) => {
  await watch({}, lab);
  await page.getByLabel("Scheduler").selectOption("wrr");
  // What can be used, by the page itself.
  const controls = await page
    .locator("a[href], button, input, select, [tabindex='0']")
    .and(page.locator(":not(:disabled)"))
    .count();
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
  });
  const reached: string[] = [];
  for (let index = 0; index < controls; index++) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        element.dataset.reached = "yes";
        const outline = getComputedStyle(element).outlineStyle;
        return `${element.tagName} ${outline === "none" ? "without a ring" : ""}`.trim();
      }),
    );
  }
  expect(await page.locator("[data-reached]").count()).toBe(controls);
  expect(reached[0]).toBe("A");
  expect(reached.filter((name) => name.includes("without"))).toEqual([]);
});

test("with the keyboard alone a change is previewed and left", async () => {
  await watch();
  await page.getByLabel("Weight of BACKEND-1").focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await lab.say({ ...preview, settings: { "backend1.weight": 2 } });
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Apply" }).waitFor();
  // The dialog holds the focus.
  for (let index = 0; index < 8; index++) {
    await page.keyboard.press("Tab");
    const isWithin = await page.evaluate(
      () =>
        document.activeElement === document.body ||
        document.activeElement?.closest("dialog") !== null,
    );
    expect(isWithin).toBe(true);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await expect(lab.hears("drop")).resolves.toEqual({ name: "drop", body: 1 });
  expect(lab.given[0]).toEqual({ name: "preview", body: { "backend1.weight": 2 } });
});

test("a phone and large letters need no scrolling to the side", async () => {
  await watch({ viewport: { width: 360, height: 740 } });
  await picture(page, "phone");
  const isTooWide = () =>
    page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(await isTooWide()).toBe(false);
  await page.getByLabel("Large text").check();
  await picture(page, "phone-large");
  expect(await isTooWide()).toBe(false);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await picture(page, "wall-large");
  expect(await isTooWide()).toBe(false);
});

test("who wants no motion gets none", async () => {
  await watch({ reducedMotion: "reduce" });
  const painted = () =>
    page.locator("canvas.flow").evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const data = (element as HTMLCanvasElement)
        .getContext("2d")
        ?.getImageData(0, 0, width, height).data;
      return data?.some((value) => value > 0);
    });
  expect(await painted()).toBe(false);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.reload();
  await page.getByRole("main").waitFor();
  await lab.say(...loadMessages(40, [0, 1]));
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.flow");
    const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
    return data?.some((value) => value > 0);
  });
});
