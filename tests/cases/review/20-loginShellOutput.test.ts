import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { parseAnswers } from "../../../components/proof/answers";
import { evaluated } from "../../support/evaluate";

jest.setTimeout(60_000);

/** A machine behind ssh whose login shell prints before the program does, and JSON that is none of ours. */
function printing(line: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-ssh-"));
  writeFileSync(
    join(folder, "ssh"),
    `#!/bin/sh\necho 'Welcome!'\necho '[1]'\necho '${line}'\ncat >/dev/null\n`,
  );
  chmodSync(join(folder, "ssh"), 0o755);
  return { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` };
}

const machines = JSON.stringify({
  stack: "test",
  access: { m: { host: "127.0.0.1", port: 1, user: "u", hostKey: "ssh-ed25519 AAAA" } },
});
/** The lines that come from a machine, or why it ended. */
const lines = `new Promise((resolve) => {
  const seen = [];
  const remote = new m.RemoteProgram(${machines}, "m", { program: "load.py", root: false }, {},
    (line) => { seen.push(line); if (line === "{}") throw new Error("not one of these"); },
    (why) => resolve({ seen, why }));
  setTimeout(() => void remote.close().then(() => resolve({ seen })), 1500);
})`;

test("review 20: lines that a login shell prints are not taken for those of our program", async () => {
  const line = '{"t":1}';
  expect(await evaluated("watch/server/lab/remoteProgram.ts", lines, printing(line))).toEqual({
    seen: [line],
  });
});

test("review 20: a line that is not understood ends the connection with that, and not the page", async () => {
  expect(await evaluated("watch/server/lab/remoteProgram.ts", lines, printing("{}"))).toEqual({
    seen: ["{}"],
    why: expect.stringMatching(/^m: not one of these/),
  });
});

test("review 20: answers are counted without what a login shell printed before them", () => {
  expect(parseAnswers("You have mail\nA\nB\n", 2)).toEqual({
    order: ["A", "B"],
    counts: { A: 1, B: 1 },
  });
});
