import { evaluated } from "../../support/evaluate";

test("a command that is shown names the stack, unless it is the one that commands use by default", async () => {
  const shown = ["dev", "pair"].map((stack) => `m.commandFor("${stack}", "npm run up")`);
  expect(await evaluated("lab/stackSetting.ts", `[${shown.join(", ")}]`)).toEqual([
    ...["npm run up", "npm run up -- --stack pair"],
  ]);
});
