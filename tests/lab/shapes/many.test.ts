import type { Answers } from "../../../components";
import { output, plan } from "../../support/lab/harness";
import { openPage, picture, startLoad } from "../../support/lab/openPage";
import { endShape, leftOfShape, startShape } from "../../support/lab/shapes";
import { answersToClients, drawnWays, isInside } from "../../support/watch/drawnWays";

/** A whole turn of the weights. */
const turn = {
  ...{ "BACKEND-1": 3, "BACKEND-2": 3, "BACKEND-3": 2 },
  ...{ "BACKEND-4": 2, "BACKEND-5": 1, "BACKEND-6": 1 },
};

beforeAll(async () => {
  await startShape("many");
}, 900_000);

test("six backends answer by their weights, in each whole turn", async () => {
  const answers = await output<Record<string, Answers>>("answers");
  expect(Object.keys(answers)).toEqual(["machine1", "machine2"]);
  for (const { counts } of Object.values(answers)) {
    expect(counts).toEqual(turn);
  }
  expect(await plan()).toEqual({});
});

test("the page draws each backend inside its machine, and its answers by their weights", async () => {
  const { watching, page, close } = await openPage();
  try {
    await startLoad(page);
    const names = await watching.answers(24);
    const counts = Object.keys(turn).map((name) => names.filter((one) => one === name).length);
    expect(counts).toEqual(Object.values(turn).map((count) => 2 * count));
    await page.locator(".topology svg [data-moving]").nth(13).waitFor();
    expect(await drawnWays(page)).toEqual({ request: 7, tunnel: 0, answer: 7 });
    expect(await answersToClients(page)).toBe(2);
    await picture(page, "many");
    for (const [place, name] of Object.keys(turn).entries()) {
      expect(await isInside(page, name, `machine${2 + (place % 2)}`)).toBe(true);
    }
  } finally {
    await close();
  }
});

test("destroyed, nothing of it is left on this computer", async () => {
  await endShape();
  expect(await leftOfShape()).toEqual([]);
}, 300_000);
