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

test("scripts that run when members or the quorum change are left out, by their lines", () => {
  expect(answers.get("keepalived/thresholds-quorum.conf")?.omitted).toEqual([
    "keepalived/thresholds-quorum.conf:7: quorum_up: no script runs when something changes",
    "keepalived/thresholds-quorum.conf:8: quorum_down: no script runs when something changes",
  ]);
  expect(answers.get("keepalived/mysql-failover.conf")?.omitted).toContain(
    "keepalived/mysql-failover.conf:11: notify_down: no script runs when something changes",
  );
});

test("every program is right in its types", () => {
  expect(typeErrors([...answers.values()].map(({ text }) => text))).toEqual([]);
});
