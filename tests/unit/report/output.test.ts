import { stripVTControlCharacters } from "node:util";
import { parse } from "csv-parse/sync";
import { csv, csvFiles } from "../../../report/csv";
import { el, markup } from "../../../report/element";
import { html } from "../../../report/html/page";
import { latencies, parseTimes } from "../../../report/latency";
import { terminal } from "../../../report/terminal/terminal";
import { findings } from "../../../report/words";
import { all, read, textOf } from "../../support/report/markup";
import { activeFailover, numbers } from "../../support/report/numbers";

const evil = `<script>alert("x")</script>, '&\nmore`;

/** The page as strict XML: what only HTML allows is put right. */
function page(name?: string) {
  const text = html(numbers(name, name ? { webServer: name, command: name } : {}));
  expect(text).toMatch(/^<!doctype html>\n/);
  return {
    text,
    root: read(
      text
        .split("\n")
        .slice(1)
        .join("\n")
        .trim()
        .replace(/(<meta[^>]*)>/g, "$1></meta>"),
    ),
  };
}

test("texts and attributes are escaped", () => {
  expect(markup(el("p", { title: `"a" & 'b'` }, "<b>", 1, false, undefined, [el("br")]))).toBe(
    '<p title="&quot;a&quot; &amp; &#39;b&#39;">&lt;b&gt;1<br></p>',
  );
});

test("a backend named as a script stays a name, wherever it is shown", () => {
  const { text, root } = page(evil);
  expect(text).not.toContain("<script");
  expect(all(root, "script")).toEqual([]);
  expect(textOf(root).split(evil).length).toBeGreaterThan(8);
});

test("the page asks for nothing else, in English, light or dark, and can be printed", () => {
  const { text, root } = page();
  expect(root.attributes.lang).toBe("en");
  expect(text).not.toMatch(/(src|href|@import|url\((?!#))/);
  expect(text).toContain("prefers-color-scheme: dark");
  expect(text).toContain("@media print");
  expect(all(root, "svg")).toHaveLength(6);
});

test("beside each picture a table has the same numbers, with headings of rows and columns", () => {
  const { root } = page();
  const [distribution, latency, passed, comparison, failover] = all(root, "table");
  const rows = (table = root) => all(table, "tr").map((tr) => tr.children.map(textOf));
  expect(rows(distribution)[1]).toEqual([
    ...["wrr", "In turns, each member as often as its weight says."],
    ...["30 (30)", "20 (20)", "10 (10)", "exactly", "as expected"],
  ]);
  expect(rows(distribution)[2]?.slice(2)).toEqual([
    ...["10 (30)", "20 (20)", "30 (10)"],
    ...["on average (p < 0.001); 60 of 60 stayed", "unexpected"],
  ]);
  expect(rows(latency)[1]?.slice(2)).toEqual([
    ...["3.70 (1.00)", "4.90 (1.00)", "5.40 (1.00)", "5.40 (1.00)", "0", "1", ""],
  ]);
  expect(rows(comparison)[2]).toEqual([
    ...["BACKEND-1 is stopped", "BACKEND-2 30"],
    ...["BACKEND-1 30 (Failed to connect: Couldn't connect)", "none"],
    "BACKEND-1 60 (Failed to connect: Couldn't connect)",
  ]);
  expect(rows(passed).slice(1)).toEqual([
    ["masquerade (-m)", "6", "5", "396", "569", "66"],
    ["direct routing (-g)", "6", "0", "396", "0", "66"],
    ["tunnel (-i)", "6", "0", "396", "0", "66"],
  ]);
  expect(rows(failover).slice(1)).toEqual([
    ["1", "BACKEND-1", "machine2", "1.2", "1.5", "3 of 100", "4 of 4", "0.0"],
    ["2", "machine2", "BACKEND-1", "2.2", "2.5", "12 of 100", "3 of 4", "0.0"],
    ["3", "BACKEND-1", "nobody", "–", "30.0", "40 of 100", "0 of 4", "did not end"],
    ["median", "", "", "1.2", "2.5", "12", "3", ""],
    ["least", "", "", "1.2", "1.5", "3", "0", ""],
    ["most", "", "", "2.2", "30.0", "40", "4", ""],
  ]);
  const scopes = all(root, "th").map(({ attributes }) => attributes.scope);
  expect(new Set(scopes)).toEqual(new Set(["col", "row"]));
});

test("what was not measured has no section, and the findings say what was", () => {
  const { version, source, comparison } = numbers();
  const text = html({ version, source, ...(comparison && { comparison }) });
  expect(text.match(/<svg/g)).toHaveLength(1);
  expect(text).toContain("numbers.json, comparison.csv.");
  expect(textOf(page().root)).toContain(
    "sh did not distribute connections as expected, of 3 schedulers.",
  );
});

test("the findings say from the numbers what passed the director, and what a failover cost", () => {
  const said = findings(numbers());
  expect(said).toEqual(
    expect.arrayContaining([
      "Through the director went, for each request: masquerade (-m) 6 packets in and 5 out (396 and 569 bytes); direct routing (-g) 6 packets in (396 bytes) and nothing out; tunnel (-i) 6 packets in (396 bytes) and nothing out.",
      "With direct routing (-g) and tunnel (-i) no answer went through the director: members answered the client themselves.",
      "In 2 of 3 failovers another director took the address, 1.2 (1.2 to 2.2) s after the cable was pulled. No request was answered for 2.5 (1.5 to 30.0) s, and 55 of 300 were lost.",
      "7 of 12 downloads that were under way came whole.",
    ]),
  );
  const [masquerade] = (numbers().latency ?? []).filter(({ way }) => way === "masquerade");
  const { version, source } = numbers();
  const alone = findings({ version, source, latency: masquerade ? [masquerade] : [] });
  expect(alone.join(" ")).not.toContain("no answer");
});

test("CSV is that of RFC 4180", () => {
  expect(
    csv(
      ["a", "b"],
      [
        [1, undefined],
        ['say "x"', "one,two"],
        ["two\nlines", " s "],
      ],
    ),
  ).toBe('a,b\r\n1,\r\n"say ""x""","one,two"\r\n"two\nlines", s \r\n');
});

test("each CSV file is read back with the same names and counts", () => {
  const files = csvFiles(numbers(evil));
  expect(Object.keys(files)).toEqual([
    ...["distribution.csv", "latency.csv", "director.csv", "comparison.csv", "failover.csv"],
  ]);
  const rows = (name: string): string[][] => parse(files[name] ?? "", { record_delimiter: "\r\n" });
  expect(rows("distribution.csv")[1]).toEqual("wrr,member1,3,30,30,exactly,,yes".split(","));
  expect(rows("distribution.csv")).toHaveLength(1 + 9);
  expect(rows("latency.csv")[2]?.slice(0, 4)).toEqual(["masquerade", "60", "0", "5.7"]);
  expect(rows("director.csv").slice(1)).toEqual([
    "masquerade,66,396,330,26136,37521,6,5,396,568.5".split(","),
    "gate,66,396,0,26136,0,6,0,396,0".split(","),
    "ipip,66,396,0,26136,0,6,0,396,0".split(","),
  ]);
  expect(rows("failover.csv").slice(1)).toEqual([
    ["1", evil, "machine2", "1.234", "1.5", "100", "3", "4", "4", "0"],
    ["2", "machine2", evil, "2.2", "2.5", "100", "12", "4", "3", "0"],
    ["3", evil, "", "", "30", "100", "40", "4", "0", ""],
    ["median", "", "", "1.234", "2.5", "", "12", "", "3", ""],
    ["least", "", "", "1.234", "1.5", "", "3", "", "0", ""],
    ["most", "", "", "2.2", "30", "", "40", "", "4", ""],
  ]);
  expect(rows("comparison.csv").slice(1, 3)).toEqual([
    ["all backends run", "balanced", evil, "30", "0"],
    ["all backends run", "balanced", "BACKEND-2", "30", "0"],
  ]);
});

test("no line of the terminal's version is longer than 100 characters, whatever names are like", () => {
  const long =
    "a-backend-with-a-name-that-takes-more-room-than-anybody-has-for-a-name-of-a-backend";
  for (const name of ["BACKEND-1", long]) {
    const lines = terminal(numbers(name), false).split("\n");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.length).toBeGreaterThan(30);
  }
});

test("colours are there only where they are wanted, and change nothing else", () => {
  const plain = terminal(numbers(), false);
  expect(stripVTControlCharacters(plain)).toBe(plain);
  const coloured = terminal(numbers(), true);
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test("the terminal's bars are as long as their shares", () => {
  const line = terminal(numbers(), false)
    .split("\n")
    .find((text) => text.startsWith("✓ wrr"));
  const bar = (fill: string) => line?.split(fill).length ?? 0;
  expect(line).toMatch(/ 30\/30 {2}20\/20 {2}10\/10 {2}exactly$/);
  expect([bar("█"), bar("▒"), bar("░")].map((n) => n - 1)).toEqual([14, 9, 5]);
});

test("the terminal has what passed the director, and each failover with the median and the range", () => {
  const lines = terminal(numbers(), false).split("\n");
  const after = (start: string) => lines.slice(lines.findIndex((line) => line.startsWith(start)));
  expect(after("masquerade (-m)     in")[0]).toMatch(/^masquerade \(-m\) +in +█{28} +6 +396$/);
  expect(after("masquerade (-m)     in")[1]).toMatch(/^ +out +█{40} +5 +569$/);
  expect(after("direct routing (-g) in")[1]).toMatch(/^ +out +0 +0$/);
  const failovers = after("pulled   ");
  expect(failovers[1]).toMatch(/^BACKEND-1 +machine2 +█ +1\.2 +1\.5 +3 of 100 +4 of 4$/);
  expect(failovers[3]).toMatch(/^BACKEND-1 +nobody +█{28} +– +30\.0 +40 of 100 +0 of 4$/);
  expect(failovers[4]).toMatch(/^median +1\.2 +2\.5 +12 +3$/);
  expect(failovers[6]).toMatch(/^most +2\.2 +30\.0 +40 +4$/);
});

describe("of directors that are all at work", () => {
  const { version, source } = numbers();
  const active = (name?: string) => ({ version, source, failover: activeFailover(name) });

  test("JSON has the router's times and what each director carried, and not what did not happen", () => {
    const { failover } = active();
    expect(JSON.parse(JSON.stringify(failover))).toEqual(failover);
    expect(failover).toMatchObject({
      router: "machine4",
      disturbed: { median: 0.944, least: 0.944, most: 1.1 },
      back: { median: 2.1, least: 2.1, most: 2.1 },
    });
    expect(Object.keys(failover.tries[1] ?? {})).toEqual([
      ...["from", "to", "moved", "silence", "requests", "lost", "downloads", "kept"],
      ...["disturbed", "carried"],
    ]);
  });

  test("the terminal has each failover and what each director carried, within its columns", () => {
    const lines = terminal(active("a-director-with-a-name-as-long-as-that"), false).split("\n");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    const after = (start: RegExp) => lines.slice(lines.findIndex((line) => start.test(line)) + 1);
    const tries = after(/^pulled +left +disturbed +moved +disturbed +silence +lost +kept +back$/);
    expect(tries[0]).toMatch(/ +machine2 +█{9} +1\.2 +0\.9 +0\.5 +3 of 100 +4 of 4 +2\.1$/);
    expect(tries[1]).toMatch(/^machine2 .* +1\.5 +1\.1 +0\.7 +3 of 100 +3 of 4 +–$/);
    expect(tries[2]).toMatch(/^median +1\.2 +0\.9 +0\.5 +3 +3 +2\.1$/);
    const carried = after(/^try +director +before +cable out +back in$/);
    expect(carried[1]).toMatch(/^1 +machine2 +9 \(90\) +44 \(400\) +22 \(230\)$/);
  });

  test("the page has a table of each, and a picture", () => {
    const text = html(active());
    const root = read(
      text
        .split("\n")
        .slice(1)
        .join("\n")
        .trim()
        .replace(/(<meta[^>]*)>/g, "$1></meta>"),
    );
    const [tries, carried] = all(root, "table").map((table) =>
      all(table, "tr").map((tr) => tr.children.map(textOf)),
    );
    expect(tries?.slice(1, 4)).toEqual([
      ["1", "machine1", "machine2", "1.2", "0.9", "0.5", "3 of 100", "4 of 4", "2.1"],
      ["2", "machine2", "machine1", "1.5", "1.1", "0.7", "3 of 100", "3 of 4", "–"],
      ["median", "", "", "1.2", "0.9", "0.5", "3", "3", "2.1"],
    ]);
    expect(carried?.[1]).toEqual(["1", "machine1", "12 (100)", "0 (3)", "20 (200)"]);
    expect(all(root, "svg")).toHaveLength(1);
    expect(textOf(root)).toContain("until the router left it out");
  });

  test("CSV has both, and the findings say what the directors carried", () => {
    const files = csvFiles(active());
    expect(Object.keys(files)).toEqual(["failover.csv", "carried.csv"]);
    const rows = (name: string): string[][] =>
      parse(files[name] ?? "", { record_delimiter: "\r\n" });
    expect(rows("failover.csv")[0]?.slice(-2)).toEqual(["disturbed s", "back s"]);
    expect(rows("failover.csv")[1]?.slice(3)).toEqual("1.234,0.5,100,3,4,4,0.944,2.1".split(","));
    expect(rows("carried.csv").slice(0, 3)).toEqual([
      ["try", "director", "part", "connections", "packets"],
      ["1", "machine1", "before", "12", "100"],
      ["1", "machine1", "out", "0", "3"],
    ]);
    expect(findings(active())).toEqual([
      "In 2 of 2 failovers the router sent everything to the other directors, 1.2 (1.2 to 1.5) s after the cable was pulled. Requests that began within 0.9 (0.9 to 1.1) s were lost or took more than half a second: 6 of 200 were lost.",
      "7 of 8 downloads that were under way came whole.",
      "The director whose cable was pulled took 21 of 42 connections before, 44 of 88 while it was out, and 42 of 84 after it was back.",
    ]);
  });
});

test("times are those of answered requests after the first ones, and ratios those to direct ones", () => {
  const printed =
    "member1\n200 9.000000\nmember1\n200 0.001500\n000 5.000000\nmember1\n200 0.002000\n";
  expect(parseTimes(printed, 1, "gate")).toEqual([1.5, 2]);
  expect(() => parseTimes("member2\n200 0.001\n", 0, "gate")).toThrow(
    'latency of gate: "member2" answered, not member1',
  );
  const [direct, gate] = latencies([
    {
      way: "direct",
      requests: 4,
      failed: 0,
      turns: [
        [1, 2],
        [3, 4],
      ],
    },
    { way: "gate", requests: 4, failed: 1, turns: [[2, 4], [6]] },
  ]);
  expect(direct?.times).toEqual({ p50: 2, p90: 4, p99: 4, max: 4 });
  expect(gate?.ratios).toEqual({ p50: 2, p90: 1.5, p99: 1.5, max: 1.5 });
});
