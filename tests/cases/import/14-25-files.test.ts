import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, imported, run } from "../../support/import/imported";
import { linesOf } from "../../support/import/realFiles";

jest.setTimeout(120_000);

/** The file of case 14, with one member that says all and one that says nothing. */
const ipvsctl = `defaults: {port: 80, weight: 5, sched: wlc, forward: nat}
services:
  - address: tcp://192.0.2.100:80
    sched: wrr
    destinations:
      - {address: "198.51.100.21:8080", weight: 7, forward: direct}
      - address: 198.51.100.22
  - address: tcp://192.0.2.101
`;

/** An ldirectord.cf of seventy addresses, as in case 25. */
const ldirectord = [
  "checktimeout=3\ncheckinterval=5\nquiescent=no\n",
  ...Array.from({ length: 66 }, (_, i) =>
    section(`192.0.2.${101 + i}:443`, ["192.0.2.41:443 gate 100"], "persistent=600"),
  ),
  section("192.0.2.53:53", ["192.0.2.21:53 gate"], "scheduler=sed\n\tprotocol=tcp"),
  section("192.0.2.53:53", ["192.0.2.21:53 gate"], "scheduler=sed"),
  section("192.0.2.54:80", ["192.0.2.31:80 gate 1", "192.0.2.32:80 gate 0"], "persistent=1"),
  `virtual=192.0.2.55:3306\n\treal=192.0.2.33:3306 gate\n#\treal=192.0.2.34:3306 gate\n\tfallback=192.0.2.34:3306 gate\n\tchecktype=on\n`,
].join("");

function section(address: string, members: string[], more: string): string {
  const real = members.map((member) => `\treal=${member}\n`).join("");
  return `virtual=${address}\n${real}\t${more}\n\tchecktype=on\n`;
}

let answers: Answer[];

beforeAll(() => {
  const place = mkdtempSync(join(tmpdir(), "cases-"));
  writeFileSync(join(place, "a.yaml"), ipvsctl);
  writeFileSync(join(place, "b.cf"), ldirectord);
  writeFileSync(join(place, "c.cf"), ldirectord.replace(/^.*fallback=.*\n/m, ""));
  ({ answers } = imported(
    place,
    ["a.yaml", "b.cf", "c.cf"].map((file) => ({ files: [file] })),
  ));
  rmSync(place, { recursive: true });
});

test("import 14: an ipvsctl file becomes a program with its defaults", async () => {
  expect(answers[0]?.omitted).toEqual([
    "a.yaml:6: its port 8080 has no effect, because forwarding gate leaves packets the service's 80",
  ]);
  expect(linesOf(await run(answers[0]?.text ?? ""))).toEqual([
    "-A -t 192.0.2.100:80 -s wrr",
    "-a -t 192.0.2.100:80 -r 198.51.100.21:80 -g -w 7",
    "-a -t 192.0.2.100:80 -r 198.51.100.22:80 -m -w 5",
    "-A -t 192.0.2.101:80 -s wlc",
  ]);
});

test("import 25: seventy services without checks are one table; members in comments are not there, and weight 0 stays", async () => {
  const { text = "", omitted } = answers[2] ?? {};
  expect(omitted).toEqual([]);
  expect(text).toContain('new IpvsTable("services", {');
  const lines = linesOf(await run(text));
  expect(lines.filter((line) => line.startsWith("-A"))).toHaveLength(70);
  expect(lines).toContain("-a -t 192.0.2.54:80 -r 192.0.2.32:80 -g -w 0");
  expect(lines).toContain("-A -u 192.0.2.53:53 -s sed");
  expect(lines.join("\n")).not.toContain("192.0.2.34");
});

test("import 25: a fallback is a sorry server", async () => {
  const stdin = (await run(answers[1]?.text ?? ""))
    .map(({ inputs }) => String(inputs.stdin))
    .join("");
  expect(stdin).toContain("sorry_server 192.0.2.34 3306");
});
