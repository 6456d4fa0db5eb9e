import { type Answer, imported, run, typeErrors } from "../../../support/import/imported";
import { linesOf, realFiles, realFolder, tableOf } from "../../../support/import/realFiles";

jest.setTimeout(240_000);

let answers: Map<string, Answer>;

beforeAll(() => {
  const orders = realFiles.map((file) => ({
    files: [file],
    options: { address: "192.0.2.10/24" },
  }));
  const { answers: all } = imported(realFolder, orders);
  answers = new Map(all.map((one, i) => [realFiles[i] ?? "", one]));
});

test("there are forty files or more", () => {
  expect(realFiles.length).toBeGreaterThanOrEqual(40);
});

test.each(realFiles)("%s: the program's table is the file's", async (file) => {
  const { text, error } = answers.get(file) ?? { text: "" };
  expect(error).toBeUndefined();
  expect(linesOf(await run(text)).sort()).toEqual(tableOf(file).sort());
});

test("every program is right in its types", () => {
  expect(typeErrors([...answers.values()].map(({ text }) => text))).toEqual([]);
});
