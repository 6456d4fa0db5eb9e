import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, jest, test } from "@jest/globals";
import { evaluated } from "../../../support/evaluate";

jest.setTimeout(60_000);

const sleeper = spawn("sleep", ["300"], { stdio: "ignore" });
// Its child has ended, and the parent, which is another program by then, never asks how.
const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 300"]);
afterAll(() => {
  sleeper.kill();
  parent.kill();
});

const holds = (pid: number, made: number) =>
  evaluated("lab/locks.ts", `m.isHeld({ pid: ${pid} }, ${made})`);

test("review 23: a lock whose process was there before it is held", async () => {
  expect(await holds(sleeper.pid ?? 0, Date.now() + 60_000)).toBe(true);
});

test("review 23: a lock whose number another process has by now is not held", async () => {
  expect(await holds(sleeper.pid ?? 0, Date.now() - 60_000)).toBe(false);
});

test("review 23: a zombie holds no lock", async () => {
  const [text] = (await once(parent.stdout, "data")) as [Buffer];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(
    await evaluated("providers/qemu/process/processes.ts", `m.isAlive(${Number(String(text))})`),
  ).toBe(false);
});
