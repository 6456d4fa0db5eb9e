import { evaluate } from "../../../../support/watch/modules";

/**
 * One change on its way, with a Pulumi that says what a test wants: the steps are lines of a script that
 * has \`changes\`, \`file\`, \`run\` (the arguments that Pulumi was started with) and \`end\`, which ends it.
 */
function story(steps: string): unknown {
  return evaluate(`
    import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { join } from "node:path";
    import { Changes } from "@watch/server/lab/changes.ts";
    const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-changes-"));
    const path = join(folder, "Pulumi.dev.yaml");
    const before = "config:\\n  ipvs-lab:scheduler: rr # why\\n  ipvs-lab:backend1: { name: A, weight: 1 }\\n";
    writeFileSync(path, before);
    const file = () => readFileSync(path, "utf8");
    const told = [];
    const runs = [];
    let end, say, copy;
    const run = (args, onLine) => {
      runs.push(args);
      const at = args.indexOf("--config-file");
      copy = at < 0 ? undefined : { path: args[at + 1], text: readFileSync(args[at + 1], "utf8") };
      const pulumi = { hasBegun: false, stop: async () => end(false) };
      pulumi.ended = new Promise((resolve) => {
        end = async (done, begun = done) => {
          pulumi.hasBegun = begun;
          resolve(done);
          await new Promise((next) => setTimeout(next, 20));
        };
      });
      say = onLine;
      return pulumi;
    };
    let looked = 0;
    const changes = new Changes({
      stack: "dev", file: path, members: () => ["A"], send: (m) => told.push(m),
      onApplied: async () => { looked++; }, run,
    });
    const refused = (order) => order.then(() => "done", (error) => [error.status, error.message]);
    const state = () => changes.current.state;
    const lines = () => changes.current.lines.join("|");
    const out = (value) => console.log(JSON.stringify(value));
    ${steps}
    await changes.close();
    rmSync(folder, { recursive: true });
  `);
}

const previewed = `
  await changes.preview({ scheduler: "wrr" });
  say("~ scheduler");
  await end(true);
`;

test("a preview reads a copy with the values; the file is as it was, and the copy gone", () => {
  expect(
    story(`
      await changes.preview({ scheduler: "wrr", "backend1.weight": 3 });
      const first = state();
      say("~ scheduler");
      await end(true);
      out([first, state(), lines(), file() === before, copy.text, existsSync(copy.path), runs]);
    `),
  ).toEqual([
    "previewing",
    "previewed",
    "~ scheduler",
    true,
    "config:\n  ipvs-lab:scheduler: wrr # why\n  ipvs-lab:backend1: { name: A, weight: 3 }\n",
    false,
    [
      [
        ...["preview", "--diff", "--config-file"],
        expect.stringMatching(/Pulumi\.dev\.yaml$/),
        ...["--stack", "dev", "--policy-pack", "policy"],
      ],
    ],
  ]);
});

test("what Pulumi refuses is refused, and the next change may come", () => {
  expect(
    story(`
      await changes.preview({ scheduler: "wrr" });
      say("error: no");
      await end(false);
      const first = [state(), lines(), file() === before];
      await changes.preview({ scheduler: "lc" });
      out([first, changes.current.id, state()]);
      await end(true);
    `),
  ).toEqual([["refused", "error: no", true], 2, "previewing"]);
});

test("a yes writes the values and updates; then the new state is looked at, and told last", () => {
  expect(
    story(`${previewed}
      await changes.apply(1);
      const during = [state(), file(), runs[1]];
      say("updating");
      await end(true);
      out([during, state(), lines(), looked, told.map((m) => m.state)]);
    `),
  ).toEqual([
    [
      "applying",
      "config:\n  ipvs-lab:scheduler: wrr # why\n  ipvs-lab:backend1: { name: A, weight: 1 }\n",
      ["up", "--yes", "--skip-preview", "--stack", "dev", "--policy-pack", "policy"],
    ],
    "applied",
    "~ scheduler||updating",
    1,
    ["previewing", "previewed", "applying", "applied"],
  ]);
});

test("a no leaves everything, and ends it", () => {
  expect(
    story(`${previewed}
      await changes.drop(1);
      out([state(), file() === before, runs.length, await refused(changes.apply(1))]);
    `),
  ).toEqual(["dropped", true, 1, [409, "id: change 1 does not wait for an answer"]]);
});

test("there is one change at a time", () => {
  expect(
    story(`
      await changes.preview({ scheduler: "wrr" });
      const during = [await refused(changes.preview({ scheduler: "lc" })), await refused(changes.apply(1))];
      await end(true);
      const after = [await refused(changes.preview({ scheduler: "lc" })), await refused(changes.apply(2))];
      await changes.apply(1);
      const late = [await refused(changes.preview({ scheduler: "lc" })), await refused(changes.drop(1))];
      await end(true);
      out([...during, ...after, ...late, await refused(changes.preview({ scheduler: "lc" }))]);
      await end(true);
    `),
  ).toEqual([
    [409, "change 1 is previewing already: apply or drop it first"],
    [409, "id: change 1 does not wait for an answer"],
    [409, "change 1 is previewed already: apply or drop it first"],
    [409, "id: change 2 does not wait for an answer"],
    [409, "change 1 is applying already: apply or drop it first"],
    [409, "id: change 1 does not wait for an answer"],
    "done",
  ]);
});

test("a file that somebody has changed since the preview is left alone", () => {
  expect(
    story(`${previewed}
      writeFileSync(path, before + "# mine\\n");
      const said = await refused(changes.apply(1));
      out([said, state(), file() === before + "# mine\\n", runs.length]);
    `),
  ).toEqual([
    [409, "Pulumi.dev.yaml has changed since the preview: preview again"],
    "refused",
    true,
    1,
  ]);
});

test("an update that fails before it changed anything puts the file back", () => {
  expect(
    story(`${previewed}
      await changes.apply(1);
      await end(false, false);
      out([state(), file() === before, lines()]);
    `),
  ).toEqual(["failed", true, "~ scheduler||Nothing was changed; Pulumi.dev.yaml is as it was."]);
});

test("one that fails midway leaves what is wanted in the file, as on the command line", () => {
  expect(
    story(`${previewed}
      await changes.apply(1);
      await end(false, true);
      out([state(), file().includes("wrr"), lines(), looked]);
    `),
  ).toEqual([
    "failed",
    true,
    "~ scheduler||Pulumi.dev.yaml has the new values: `npm run up` goes on with them.",
    1,
  ]);
});

test("what cannot be set is refused before Pulumi is asked", () => {
  expect(story(`out([await refused(changes.preview({ port: 1 })), runs.length]);`)).toEqual([
    [400, expect.stringContaining("settings.port: no such setting")],
    0,
  ]);
});

test("of many lines the last ones are kept, and told some at a time", () => {
  expect(
    story(`
      await changes.preview({ scheduler: "wrr" });
      for (let i = 0; i < 5000; i++) say("line " + i);
      await end(true);
      const kept = changes.current.lines;
      out([kept.length, kept[0], kept.at(-1), told.length < 10]);
    `),
  ).toEqual([2000, "line 3000", "line 4999", true]);
});

const printed = [
  " ~  command:remote:Command web-tcp updating (0s) [diff: ~stdin]",
  " +  command:remote:Command x creating (0s)",
  " -- command:remote:Command x deleting original (0s)",
];
const harmless = [
  "    pulumi:pulumi:Stack ipvs-lab-test-server running ",
  "Updating (test-server):",
  "  ~ scheduler: rr => wrr",
  "error: preview failed",
];

test("Pulumi has begun once it changes a resource, by its own words", () => {
  const code = `
    import { startsOperation } from "@watch/server/lab/pulumi.ts";
    console.log(JSON.stringify(${JSON.stringify([...printed, ...harmless])}.map(startsOperation)));
  `;
  expect(evaluate(code)).toEqual([...printed.map(() => true), ...harmless.map(() => false)]);
});
