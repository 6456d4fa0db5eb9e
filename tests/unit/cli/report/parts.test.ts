import { evaluated } from "../../../support/evaluate";

const shape = { director: "machine1", url: "http://10.10.10.100:80/", members: [] };
const labs = {
  workshop: { balanced: shape, redirected: {}, clients: ["machine2", "machine1"] },
  routing: { balanced: shape, clients: ["machine4"] },
  pair: { balanced: { ...shape, moreDirectors: ["machine2"] }, clients: ["machine4"] },
  both: { balanced: { ...shape, moreDirectors: ["machine2"] }, redirected: {}, clients: ["m4"] },
  anycast: {
    balanced: {
      ...{ ...shape, moreDirectors: ["machine2"] },
      router: {
        machine: "machine4",
        directors: { machine1: "10.10.10.1", machine2: "10.10.10.2" },
      },
    },
    clients: ["machine4"],
  },
  alone: { balanced: { ...shape, moreDirectors: ["machine2"] }, clients: ["machine2"] },
};

/** What is measured in a lab; or the message of the error. */
function chosen(lab: keyof typeof labs, ...only: string[]): Promise<unknown> {
  const list = only.length > 0 ? JSON.stringify(only) : "undefined";
  const words = `m.chooseParts("dev", ${JSON.stringify(labs[lab])}, ${list})`;
  return evaluated("cli/report/parts.ts", words);
}

const noRedirection =
  "stack dev has no static redirection: set ipvs-lab:redirect, then run `npm run up`";
const oneDirector =
  "stack dev has one director, so no other can take over: `npm start -- --shape pair` makes a lab with two, --shape anycast one with two that are at work at once";
const noClient = "stack dev has no client besides its directors: see ipvs-lab:clients";
const several =
  "stack dev has several directors: the comparison is for a lab with one (ipvs-lab:moreDirectors)";

test.each([
  ["workshop", ["comparison"], [`no failover: ${oneDirector}`]],
  ["routing", [], [`no comparison: ${noRedirection}`, `no failover: ${oneDirector}`]],
  ["pair", ["failover"], [`no comparison: ${noRedirection}`]],
  ["anycast", ["failover"], [`no comparison: ${noRedirection}`]],
  ["both", ["failover"], [`no comparison: ${several}`]],
  ["alone", [], [`no comparison: ${noRedirection}`, `no failover: ${noClient}`]],
] as const)(
  "in the lab %s it leaves out what cannot be measured, and says so",
  async (lab, more, notes) => {
    expect(await chosen(lab)).toEqual({ parts: ["distribution", "latency", ...more], notes });
  },
);

test("a part that is asked for and cannot be measured is an error that says what to do", async () => {
  expect(await chosen("workshop", "latency", "failover")).toBe(oneDirector);
  expect(await chosen("pair", "comparison")).toBe(noRedirection);
  expect(await chosen("pair", "failover")).toEqual({ parts: ["failover"], notes: [] });
  expect(await chosen("routing", "latency")).toEqual({ parts: ["latency"], notes: [] });
});
