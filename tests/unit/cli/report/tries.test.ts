import { evaluated } from "../../../support/evaluate";

/** Three failovers, the `failing`-th of which throws: what was done and said, and the results or the error. */
function tried(failing: number): Promise<unknown> {
  return evaluated(
    "cli/report/tries.ts",
    `(async () => {
      const done = [];
      let n = 0;
      const make = (say) => {
        const me = ++n;
        return {
          run: async () => {
            say("pulled");
            if (me === ${failing}) throw new Error("no download began");
            return me;
          },
          close: async () => { done.push("put back " + me); },
        };
      };
      const results = await m.failTimes(3, make, (what) => done.push(what)).catch((e) => e.message);
      return { done, results };
    })()`,
  );
}

test("each failover is over, and what it changed put back, before the next", async () => {
  expect(await tried(0)).toEqual({
    done: [1, 2, 3].flatMap((i) => [`failover, try ${i} of 3: pulled`, `put back ${i}`]),
    results: [1, 2, 3],
  });
});

test("one that cannot be made is named, and no other follows", async () => {
  expect(await tried(2)).toEqual({
    done: [
      ...["failover, try 1 of 3: pulled", "put back 1"],
      ...["failover, try 2 of 3: pulled", "put back 2"],
    ],
    results: "failover, try 2 of 3: no download began",
  });
});
