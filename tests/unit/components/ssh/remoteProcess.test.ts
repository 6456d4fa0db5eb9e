import { expect, test } from "@jest/globals";
import { RemoteProcess } from "../../../../components/ssh/remoteProcess";

const shell = (script: string, onLine: (line: string) => void = () => undefined) =>
  new RemoteProcess({ file: "sh", args: ["-c", script] }, onLine);

test("lines come one by one, the last one also without its end", async () => {
  const lines: string[] = [];
  const remote = shell("cat; printf 'last'", (line) => lines.push(line));
  remote.write("one\n\ntwo\n");
  remote.end();
  expect(await remote.ended).toBe(0);
  expect(lines).toEqual(["one", "", "two", "last"]);
});

test("what was said at the end is kept, with the exit status", async () => {
  const remote = shell("head -c 9000 /dev/zero | tr '\\0' x >&2; echo ' the reason' >&2; exit 3");
  expect(await remote.ended).toBe(3);
  expect(remote.errors).toHaveLength(3999);
  expect(remote.errors).toMatch(/x the reason$/);
  expect(remote.isRunning).toBe(false);
});

test("one that cannot be started has ended, and says why", async () => {
  const remote = new RemoteProcess({ file: "no-such-program", args: [] }, () => undefined);
  expect(await remote.ended).toBeNull();
  expect(remote.errors).toMatch(/no-such-program.*ENOENT/);
});

test("what is written to one that has ended is no error", async () => {
  const remote = shell("exit 0");
  await remote.ended;
  remote.write("late\n");
  remote.end();
  expect(remote.isRunning).toBe(false);
});

test("one that is killed has no exit status", async () => {
  const remote = shell("cat");
  expect(remote.isRunning).toBe(true);
  remote.kill();
  expect(await remote.ended).toBeNull();
});
