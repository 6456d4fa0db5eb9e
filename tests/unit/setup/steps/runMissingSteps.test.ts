import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { esModules } from "../../../support/evaluate";

const root = join(__dirname, "../../../..");
let folder: string;
jest.setTimeout(60_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab set-up "));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program of set-up with one step. */
function script(isDone: string, run: string): string {
  const file = join(folder, "script.mts");
  writeFileSync(
    file,
    `import { appendFileSync, existsSync, writeFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { runMissingSteps } from ${JSON.stringify(join(root, "setup/steps/runMissingSteps.ts"))};
    import { errorText } from ${JSON.stringify(join(root, "setup/display/failure.ts"))};
    const folder = ${JSON.stringify(folder)};
    const step = { name: "A step", remedy: "", isDone: () => ${isDone}, run: async () => { ${run} } };
    await runMissingSteps([step]).catch((error) => console.log(errorText(error)));`,
  );
  return file;
}

const node = [process.execPath, esModules] as const;

test("two set-ups at once do what is for both of them one after the other, and once", async () => {
  const file = script(
    "existsSync(folder + '/done')",
    `appendFileSync(folder + "/log", "begin\\n");
    await sleep(3000);
    appendFileSync(folder + "/log", "end\\n");
    writeFileSync(folder + "/done", "");`,
  );
  const [program, ...words] = node;
  const outputs = [1, 2].map(() => {
    const child = spawn(program, [...words, file], {
      cwd: root,
      env: { ...process.env, XDG_CACHE_HOME: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return Promise.all([text(child.stdout), text(child.stderr)]);
  });
  const said = (await Promise.all(outputs)).flat().join("");
  expect(readFileSync(join(folder, "log"), "utf8")).toBe("begin\nend\n");
  expect(said).toContain("A step: another set-up is at work, this one waits for it");
});

test("a full disk is named, with what is left on it and what chooses another one", () => {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  const file = script(
    "false",
    `writeFileSync(process.env.TMPDIR + "/much", Buffer.alloc(2 ** 21));`,
  );
  const { stdout } = spawnSync(
    "unshare",
    [
      ...["--user", "--map-root-user", "--mount", "sh", "-c"],
      `mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"`,
      ...["sh", disk, ...node, file],
    ],
    { cwd: root, encoding: "utf8", env: { ...process.env, TMPDIR: disk } },
  );
  expect(stdout).toContain("ENOSPC");
  expect(stdout).toContain(
    `A disk is full:\n  ${disk} has 0 MB left: TMPDIR chooses another folder to build the box in\n`,
  );
});
