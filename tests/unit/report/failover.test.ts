import { summarize } from "../../../report/failover";

const seen = {
  ...{ from: "machine1", to: "machine2", client: "machine4", moved: 1.23456, silence: 1.5 },
  ...{ requests: 90, lost: 3, downloads: 4, whole: 4, both: 0 },
};

test("tries have medians and ranges, each of one of the values", () => {
  const all = summarize([
    seen,
    { ...seen, moved: 3, silence: 3.5, lost: 0 },
    { ...seen, moved: 2, silence: 1, lost: 9, whole: 2 },
  ]);
  expect(all).toMatchObject({
    client: "machine4",
    moved: { median: 2, least: 1.235, most: 3 },
    silence: { median: 1.5, least: 1, most: 3.5 },
    lost: { median: 3, least: 0, most: 9 },
    kept: { median: 4, least: 2, most: 4 },
  });
  expect(all.tries[0]).toEqual({
    ...{ from: "machine1", to: "machine2", moved: 1.235, silence: 1.5 },
    ...{ requests: 90, lost: 3, downloads: 4, kept: 4, both: 0 },
  });
});

test("what did not happen is missing, also in JSON", () => {
  const none = summarize([{ ...seen, to: "", moved: NaN, both: Infinity }]);
  expect(JSON.parse(JSON.stringify(none))).toEqual(none);
  expect(Object.keys(none)).not.toContain("moved");
  expect(Object.keys(none.tries[0] ?? {})).toEqual([
    ...["from", "silence", "requests", "lost", "downloads", "kept"],
  ]);
});
