import { mustAnswer, parseAnswers } from "../../../../components/proof/answers";

const members = [
  { name: "a", weight: 1, answer: "A" },
  { name: "b", weight: 2, answer: "B" },
  { name: "drained", weight: 0, answer: "C" },
  { name: "secret", weight: 1 },
];
const names = (service: { scheduler: string; persistence?: object }, requests: number) =>
  mustAnswer({ ...service, members }, requests).map(({ name }) => name);

test("each member that takes connections and has a known page must answer in one turn", () => {
  expect(names({ scheduler: "wrr" }, 4)).toEqual(["a", "b"]);
  expect(names({ scheduler: "wrr" }, 3)).toEqual([]);
});

test.each(["sh", "mh", "dh", "fo", "ovf", "sed", "nq", "lblc"])(
  "%s may send one client to one member alone",
  (scheduler) => {
    expect(names({ scheduler }, 100)).toEqual([]);
  },
);

test("one that is stopped has its turns all the same, and need not answer", () => {
  const [a, ...others] = members;
  const stopped = (scheduler: string, requests: number) =>
    mustAnswer({ scheduler, members: [{ ...a, running: false } as never, ...others] }, requests);
  expect(stopped("wrr", 4)).toEqual([{ name: "b", answer: "B" }]);
  expect(stopped("wrr", 3)).toEqual([]);
  // It never has a connection, and least connections may give it all.
  expect(stopped("wlc", 100)).toEqual([]);
});

test("persistence keeps a client with one member", () => {
  expect(names({ scheduler: "rr", persistence: {} }, 100)).toEqual([]);
});

test("answers are counted by their first lines", () => {
  expect(parseAnswers("A\nB\nA\n")).toEqual({ order: ["A", "B", "A"], counts: { A: 2, B: 1 } });
});
