import { registered } from "../../../support/pulumi/mocks";
import { casesOf, goodOf, messageOf, noObjects, refusals } from "../../../support/refusals/cases";
import { table } from "../../../support/refusals/components";

const generated = table.map((component) => ({
  ...component,
  cases: [...noObjects(component.properties), ...casesOf(component.properties)],
}));

describe.each(generated)("$type.name", ({ type: Component, properties, valid, cases }) => {
  let found: Awaited<ReturnType<typeof refusals>>;

  beforeAll(async () => {
    const wrong = cases.map(
      ({ args }) =>
        (right: ReturnType<typeof valid>) =>
          new Component("wrong", args(right) as never),
    );
    found = await refusals(valid, wrong);
  });

  test.each(cases.map((c, i) => [c.at, c.what, c, i] as const))(
    "%s: %s is refused with the resource, the property and what is allowed",
    (at, _, { allowed }, i) => {
      const message = messageOf(found.thrown[i]);
      expect(message.startsWith(`${Component.name} "wrong": ${at}: `) ? at : message).toBe(at);
      expect(message).toContain(allowed);
      // Nothing else is blamed.
      expect(message.split("\n")).toHaveLength(1);
    },
  );

  test("nothing that is refused has reached a machine", () => {
    expect(found.thrown).toHaveLength(cases.length);
    expect(found.registered).toEqual([]);
  });

  test("the same arguments without a mistake are accepted", async () => {
    const resources = await registered(() => new Component("right", valid() as never));
    expect(resources).toContainEqual(
      expect.objectContaining({ type: `ipvs-lab:index:${Component.name}`, name: "right" }),
    );
  });

  test.each(goodOf(properties))("$what is accepted", async ({ args }) => {
    const resources = await registered(() => new Component("right", args(valid()) as never));
    expect(resources.map(({ name }) => name)).toContain("right");
  });
});

test("at least 60 mistakes are tried, and some with every component", () => {
  const counts = generated.map(({ cases }) => cases.length);
  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(60);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(10);
});
