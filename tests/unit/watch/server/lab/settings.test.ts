import { execFileSync } from "node:child_process";
import { evaluate, Lines, root } from "../../../../support/watch/modules";

// Of the one in the folder Pulumi has its own version as soon as the lab was up.
const git = ["show", "HEAD:Pulumi.dev.yaml"];
const committed = execFileSync("git", git, { cwd: root, encoding: "utf8" });
const names = ["BACKEND-1", "BACKEND-2", "BACKEND-3"];
const three = committed.replace(
  "  ipvs-lab:redirect:",
  `  ipvs-lab:moreBackends: # of our own
    - name: BACKEND-3
      machine: machine1
      namespace: ns-3
      address: 10.10.10.4
      page: "3" # not a number

  ipvs-lab:redirect:`,
);

const process = new Lines(`
  import { createInterface } from "node:readline";
  import { Settings } from "@watch/server/lab/settings.ts";
  console.log('"ready"');
  createInterface({ input: globalThis.process.stdin }).on("line", (line) => {
    const { values, text } = JSON.parse(line);
    let said;
    try {
      said = new Settings(text).with(values, ${JSON.stringify(names)});
    } catch (error) {
      said = error.message;
    }
    console.log(JSON.stringify(said));
  });
`);
beforeAll(() => process.next(), 120_000);
afterAll(() => process.end());

/** The text with values set, or the words of a refusal. */
function set(values: object, text = three): Promise<string> {
  process.say({ values, text });
  return process.next<string>();
}

/** Lines that are there once a change is made, and those that are not any more. */
function difference(before: string, after: string) {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return {
    gone: old.filter((line) => !now.includes(line)),
    new: now.filter((line) => !old.includes(line)),
    count: now.length - old.length,
  };
}

test.each([
  [{ scheduler: "wrr" }, ["  ipvs-lab:scheduler: rr"], ["  ipvs-lab:scheduler: wrr"], 0],
  [{ "backend1.weight": 3 }, [], ["    weight: 3"], 0],
  [{ "backend2.running": false }, [], ["    running: false"], 1],
  [{ "moreBackends[0].weight": 0 }, [], ["      weight: 0"], 1],
  [{ forwarding: "masquerade", "backend1.weight": 1 }, [], [], 0],
])(
  "%j changes these lines and no others, comments and layout included",
  async (values, gone, now, count) => {
    expect(difference(three, await set(values))).toEqual({ gone, new: now, count });
  },
);

test("a value lands at its own backend", async () => {
  const after = await set({ "backend2.weight": 7, "backend1.running": false });
  const [one = "", two = ""] = after.split("  ipvs-lab:backend2:");
  expect(one.split("  ipvs-lab:backend1:")[1]).toContain("running: false");
  expect(two.split("  ipvs-lab:moreBackends:")[0]).toContain("weight: 7");
  expect(one).toContain("weight: 1");
});

test("a backend that is written on one line stays on it", async () => {
  const text = `config:
  ipvs-lab:scheduler: rr
  ipvs-lab:backend1: { name: BACKEND-1, weight: 1, page: x } # short
`;
  expect(await set({ "backend1.running": false, "backend1.weight": 20 }, text)).toContain(
    "  ipvs-lab:backend1: { name: BACKEND-1, weight: 20, running: false, page: x } # short\n",
  );
});

test("secrets and the salt stay as they are", async () => {
  const text = `encryptionsalt: v1:abc=:v1:def\n${three.replace(
    "page: Réponse du serveur BACKEND-1",
    "page:\n      secure: v1:ghi=",
  )}`;
  const after = await set({ scheduler: "wlc" }, text);
  expect(difference(text, after).gone).toEqual(["  ipvs-lab:scheduler: rr"]);
});

const all =
  "scheduler, forwarding, backend1.weight, backend1.running, backend2.weight, backend2.running, " +
  "moreBackends[0].weight, moreBackends[0].running";

test.each([
  [{ port: 81 }, `settings.port: no such setting; there are ${all}`],
  [{ "backend1.page": "x" }, `settings.backend1.page: no such setting; there are ${all}`],
  [{ "moreBackends[1].weight": 1 }, `settings.moreBackends[1].weight: no such setting; there are`],
  [{ __proto__x: 1 }, "settings.__proto__x: no such setting"],
  [{}, `settings: none is given; there are ${all}`],
  [{ scheduler: "rrr" }, 'settings.scheduler: "rrr" is not one of rr, wrr, lc, wlc, lblc'],
  [{ forwarding: "nat" }, 'settings.forwarding: "nat" is not one of masquerade, gate, ipip'],
  [{ "backend1.weight": -1 }, "settings.backend1.weight: -1 is not a whole number from 0 to 65535"],
  [{ "backend1.weight": "3" }, 'settings.backend1.weight: "3" is not a whole number'],
  [{ "backend1.running": "no" }, 'settings.backend1.running: "no" is not true or false'],
])("%j is refused by name, with what there is", async (values, words) => {
  expect(await set(values)).toContain(words);
});

test("what can be changed is told with its value, its member and its words", () => {
  const told = evaluate(`
    import { Settings } from "@watch/server/lab/settings.ts";
    const settings = new Settings(${JSON.stringify(three)});
    console.log(JSON.stringify(settings.changeableSettings(["BACKEND-3", "BACKEND-1"])));
  `) as { path: string }[];
  expect(told[0]).toMatchObject({ what: "scheduler", value: "rr" });
  expect(told.slice(1)).toEqual([
    {
      ...{ path: "forwarding", what: "forwarding", value: "masquerade" },
      allowed: ["masquerade", "gate", "ipip"],
    },
    { path: "backend1.weight", what: "weight", member: 1, value: 1 },
    { path: "backend1.running", what: "running", member: 1, value: true },
    { path: "moreBackends[0].weight", what: "weight", member: 0, value: 1 },
    { path: "moreBackends[0].running", what: "running", member: 0, value: true },
  ]);
});

test("backends that are one secret are left out", async () => {
  const text = committed.replace(
    / {2}ipvs-lab:backend1:\n( {4}.*\n)+/,
    "  ipvs-lab:backend1:\n    secure: v1:x=\n",
  );
  expect(await set({ "backend1.weight": 3 }, text)).toContain(
    "no such setting; there are scheduler, forwarding, backend2.weight, backend2.running",
  );
});
