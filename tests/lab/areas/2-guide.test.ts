import { missing, typed } from "../../support/guide";
import { configure, plan, run, stack, succeeds } from "../../support/lab/harness";

/* The guide through the workshop, typed as it stands; tests/unit/docs/guide.test.ts compares the French one. */

beforeAll(() => {
  configure();
});
afterAll(() => {
  configure();
});

test.each(typed())("$commands", async ({ commands, shown }) => {
  const environment = { IPVS_LAB_STACK: stack };
  const { all } = await succeeds(run("bash", ["-e", "-c", commands], "", environment));
  expect({ missing: missing(shown, all), all }).toMatchObject({ missing: [] });
});

test("after the whole guide the lab is as it was", async () => {
  expect(await plan()).toEqual({});
});
