import type { Answers } from "../../../components";
import { output, plan } from "../../support/lab/harness";
import { endShape, leftOfShape, startShape } from "../../support/lab/shapes";

beforeAll(async () => {
  await startShape("many");
}, 900_000);

test("six backends answer by their weights, in each whole turn", async () => {
  const answers = await output<Record<string, Answers>>("answers");
  expect(Object.keys(answers)).toEqual(["machine1", "machine2"]);
  for (const { counts } of Object.values(answers)) {
    expect(counts).toEqual({
      ...{ "BACKEND-1": 3, "BACKEND-2": 3, "BACKEND-3": 2 },
      ...{ "BACKEND-4": 2, "BACKEND-5": 1, "BACKEND-6": 1 },
    });
  }
  expect(await plan()).toEqual({});
});

test("destroyed, nothing of it is left on this computer", async () => {
  await endShape();
  expect(await leftOfShape()).toEqual([]);
}, 300_000);
