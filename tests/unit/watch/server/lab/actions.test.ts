import { evaluate } from "../../../../support/watch/modules";

/** What becomes of actions, one after the other: the messages, and what is said against each. */
function follow(requests: { action: string; on: string }[], perform = "async () => {}") {
  return evaluate(`
    import { Actions } from "@watch/server/lab/actions.ts";
    const messages = [];
    const topology = {
      director: "machine1",
      moreDirectors: ["machine2"],
      machines: ["machine1", "machine2", "machine3", "machine4"],
      members: [{ name: "BACKEND-1", machine: "machine3" }, { name: "elsewhere" }],
    };
    const actions = new Actions({
      topology: () => topology,
      perform: ${perform},
      send: ({ at, ...message }) => messages.push(message),
    });
    const refusals = [];
    for (const request of ${JSON.stringify(requests)}) {
      await actions.act(request).then(
        () => refusals.push(null),
        ({ status, message }) => refusals.push([status, message]),
      );
    }
    const underWay = actions.current.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    console.log(JSON.stringify({ messages, refusals, underWay, left: actions.current.length }));
  `) as { messages: object[]; refusals: unknown[]; underWay: number; left: number };
}

test("an action is told when it begins and when it is done", () => {
  const pull = { action: "pull", on: "machine2" };
  expect(follow([pull])).toEqual({
    messages: [
      { type: "action", id: 1, ...pull, state: "doing" },
      { type: "action", id: 1, ...pull, state: "done" },
    ],
    ...{ refusals: [null], underWay: 0, left: 0 },
  });
});

test("one that fails says why", () => {
  const { messages } = follow(
    [{ action: "off", on: "machine4" }],
    'async () => { throw new Error("machine4 does not answer"); }',
  );
  expect(messages.at(-1)).toMatchObject({ state: "failed", error: "machine4 does not answer" });
});

test("nothing else is done to a machine meanwhile, but to another one", () => {
  const { refusals, underWay } = follow(
    [
      { action: "off", on: "machine1" },
      { action: "pull", on: "machine1" },
      { action: "pull", on: "machine2" },
    ],
    "() => new Promise(() => {})",
  );
  expect(refusals).toEqual([null, [409, 'on: machine1 is busy: "off" is under way'], null]);
  expect(underWay).toBe(2);
});

test.each([
  ["pull", "machine3", 'on: cannot pull the cable of "machine3"; there are machine1, machine2'],
  ["off", "machine9", 'on: cannot shut down "machine9"; there are machine1, machine2, machine3'],
  ["stop", "elsewhere", 'on: cannot stop the web server of "elsewhere"; there are BACKEND-1'],
  ["stop", "machine3", 'on: cannot stop the web server of "machine3"; there are BACKEND-1'],
])("%s of %s is refused with what there is", (action, on, words) => {
  const { refusals, messages } = follow([{ action, on }]);
  expect(refusals).toEqual([[400, expect.stringContaining(words)]]);
  expect(messages).toEqual([]);
});
