import { plan, pulumi, run, succeeds, up, vagrantEnvironment } from "./harness";
import { alternates, verify } from "./traffic";

test("a halted machine is seen by refresh, and up starts it and puts everything back", async () => {
  await succeeds(run("vagrant", ["halt", "machine2"], "", vagrantEnvironment));
  await succeeds(pulumi("refresh", "--yes"));
  expect(await plan()).toMatchObject({ machine2: "update" });
  await up();
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  expect(await plan()).toEqual({});
});
