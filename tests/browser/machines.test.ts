import type { Page } from "playwright-core";
import {
  actionAt,
  answers,
  cut,
  holder,
  pair,
  pairLoad,
  sampleOf,
  standby,
  states,
} from "../../tools/bench/page/pair";
import { answered, down, up } from "../../tools/bench/page/workshop";
import { forAllTests, picture, story } from "./watching";

const { lab, open } = forAllTests();
let page: Page;

beforeEach(async () => {
  await lab.start(pair());
  page = await open();
});

const director = (name: string) => page.locator(`[data-director="${name}"]`);
const machine = (name: string) => page.locator(`[data-machine-row="${name}"]`);
const log = () => page.getByRole("log");
const button = (name: string) => page.getByRole("button", { name, exact: true });

test("a cable is pulled and plugged in with the keyboard alone", async () => {
  await lab.say(states(0));
  await button("Pull the cable: machine1").focus();
  await page.keyboard.press("Enter");
  const pull = { action: "pull", on: "machine1" } as const;
  expect(await lab.hears("act")).toEqual({ name: "act", body: pull });
  await lab.say(actionAt(1, pull, "doing"));
  await page.locator('button[aria-disabled="true"] .spinner').waitFor();
  // What is under way is not asked for again.
  await page.keyboard.press("Enter");
  await lab.say(states(2, cut, holder), actionAt(2, pull, "done"));
  await button("Plug in the cable: machine1").waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Plug in the cable");
  await page.keyboard.press("Enter");
  expect(await lab.hears("act", 2)).toMatchObject({ body: { action: "plug", on: "machine1" } });
  expect(lab.given).toHaveLength(2);
});

test("an action whose end was missed does not keep others from being asked for", async () => {
  await lab.say(states(0), actionAt(1, { action: "pull", on: "machine1" }, "doing"));
  await page.locator('button[aria-disabled="true"] .spinner').waitFor();
  await lab.hang();
  await page.getByText("Connection lost.").waitFor();
  // Of actions the recording repeats the last one alone.
  await lab.say(actionAt(2, { action: "off", on: "machine4" }, "done"));
  await lab.answer();
  await page.getByRole("status").getByText("Live").waitFor();
  await page.locator(".spinner").waitFor({ state: "detached" });
  await button("Pull the cable: machine1").click();
  expect(await lab.hears("act")).toMatchObject({ body: { action: "pull", on: "machine1" } });
});

test("a machine that is shut down says so until it is back", async () => {
  await lab.say(states(0), ...answers(0, 1, 0, "machine1"));
  await button("Shut down: machine1").click();
  expect(await lab.hears("act")).toMatchObject({ body: { action: "off", on: "machine1" } });
  const stopping = { power: "stopping", director: holder } as const;
  await lab.say(states(2, stopping));
  await machine("machine1").getByText("shutting down …").first().waitFor();
  const gone = { ...standby, isReached: false };
  await lab.say(
    states(3.4, { power: "stopping", director: gone }, holder),
    states(5, { power: "off", director: gone }, holder),
  );
  await director("machine1").getByText("off", { exact: true }).waitFor();
  await log().getByText("machine1 no longer answers over SSH").waitFor();
  await log().getByText("machine1 is off").waitFor();
  expect((await story(page)).map(([at, words]) => `${at} ${words}`).slice(1, 3)).toEqual([
    "+1.4 s machine1 no longer answers over SSH",
    "+1.4 s The address moved to machine2",
  ]);
  await picture(page, "machine-off");
  await button("Turn on: machine1").click();
  expect(await lab.hears("act", 2)).toMatchObject({ body: { action: "on", on: "machine1" } });
  await lab.say(
    states(30, { power: "starting", director: gone }, holder),
    states(160, { power: "on", director: gone }, holder),
  );
  await machine("machine1").getByText("does not answer").waitFor();
  await lab.say(states(162, standby, holder));
  await log().getByText("npm run up -- --stack pair").waitFor();
  await log().getByText("machine1 answers over SSH again").waitFor();
  await director("machine1").getByText("takes over next").waitFor();
  // Where it is emulated, it takes minutes.
  expect((await story(page)).map(([at]) => at)).toEqual(["09:00:30", "+130.0 s", "+132.0 s"]);
});

test("a web server that is stopped is taken out by its health check", async () => {
  await lab.say({ type: "load", load: pairLoad }, states(0), ...answers(0, 5.5, 0, "machine1"));
  await machine("machine3").getByText("up").first().waitFor();
  const row = page.locator('tr[data-member="BACKEND-1"]');
  await row.getByText("http: passes").waitFor();
  await button("Stop the server: BACKEND-1").click();
  const stop = { action: "stop", on: "BACKEND-1" } as const;
  expect(await lab.hears("act")).toEqual({ name: "act", body: stop });
  await lab.say(
    actionAt(5, stop, "doing"),
    sampleOf(5.6, "machine1", [down, up]),
    answered(5.7, "balanced", 55, [-1, 1, -1]),
    sampleOf(6.6, "machine1", [{ ...up, state: "absent", weight: 0 }, up]),
    actionAt(6.7, stop, "done"),
  );
  await row.getByText("http: fails").waitFor();
  await log().getByText("BACKEND-1: taken out by its health check (http)").waitFor();
  expect((await story(page)).map(([at, words]) => `${at} ${words}`).slice(1)).toEqual([
    "+0.6 s BACKEND-1: down",
    "+0.7 s 2 requests lost",
    "+1.6 s BACKEND-1: taken out by its health check (http)",
  ]);
  await picture(page, "health-check");
  await button("Start the server: BACKEND-1").click();
  expect(await lab.hears("act", 2)).toMatchObject({ body: { action: "start", on: "BACKEND-1" } });
});

test("an action that fails is told, and one that is refused, too", async () => {
  await lab.say(
    states(0),
    actionAt(1, { action: "pull", on: "machine2" }, "doing"),
    actionAt(2, { action: "pull", on: "machine2" }, "failed", "machine2 does not run"),
  );
  await log().getByText("machine2: machine2 does not run").waitFor();
  await lab.refuse("on: machine1 is busy: off is under way");
  await button("Pull the cable: machine1").click();
  await page.getByRole("alert").getByText("machine1 is busy").waitFor();
  await lab.refuse(null);
});
