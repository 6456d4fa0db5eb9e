import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { readCommand } from "../../../../components/host/refresh/readCommand";
import { fields, struct } from "../../../../providers/protocol/service";
import type { Properties } from "../../../../providers/protocol/wire";
import { Sshd } from "../../../../tools/bench/engines/sshd";
import { Lab, urn } from "../../../support/vagrant/harness";

jest.setTimeout(120_000);

const root = join(__dirname, "../../../..");
// Its log has a line for each command.
const machine = new Sshd(["LogLevel VERBOSE"]);
let folder: string;
let lab: Lab;
let started: ChildProcess[];

beforeAll(() => machine.start());
afterAll(() => machine.end());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-early-"));
  lab = new Lab();
  started = [];
});
afterEach(() => {
  for (const child of started) {
    child.kill("SIGKILL");
  }
  lab.close();
  rmSync(folder, { recursive: true });
});

/** The outputs of a machine in the state, with its private key's file. */
function outputs(changed: Properties = {}): Properties {
  const identityFile = join(folder, "key");
  writeFileSync(identityFile, machine.privateKey, { mode: 0o600 });
  const { host, port, user, hostKey } = machine;
  return { state: "running", host, port, user, hostKey, identityFile, ...changed };
}

/** Starts the providers with a state of these machines. */
async function start(...machines: Properties[]) {
  const resources = machines.map((one) => ({ type: "vagrant:index:Machine", outputs: one }));
  return startWith(JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
}

async function startWith(state: string) {
  const file = join(folder, "dev.json");
  writeFileSync(file, state);
  const words = ["--require", join(root, "setup/loadTypeScript.cjs")];
  const child = spawn(process.execPath, [...words, join(root, "providers/early/main.ts"), file], {
    cwd: lab.project,
    stdio: ["pipe", "pipe", "inherit"],
    // Said aloud: Jest's process.env is a copy, which child processes do not get by themselves.
    env: process.env,
  });
  started.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const [command, vagrant] = line
    .split(" ")
    .map((port) => new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  if (!command || !vagrant) throw new Error(`no two ports: ${line}`);
  return { child, command, vagrant };
}

type Done<Answer> = (error: ServiceError | null, answer: Answer) => void;

function answerOf<Answer>(call: (done: Done<Answer>) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

async function ask(client: ResourceProviderClient, early: boolean, command = readCommand) {
  const connection = { ...machine.login };
  const request = new messages.InvokeRequest()
    .setTok("command:remote:ask")
    .setArgs(struct({ connection, command, early }));
  const answer = await answerOf<messages.InvokeResponse>((done) => client.invoke(request, done));
  return fields(answer.getReturn());
}

/** The time at which the program, which is not on this machine, says that its folder changed; and the boot. */
const isReading = {
  status: 0,
  stdout: expect.stringMatching(/^@@ boot \S+\n@@ none /m) as unknown,
};

const commands = () => machine.log.match(/^Starting session: command /gm)?.length ?? 0;
const logins = () => machine.log.match(/^Accepted publickey for /gm)?.length ?? 0;

async function untilLogins(count: number): Promise<void> {
  while (logins() < count) {
    await sleep(20);
  }
}

async function hasDiff(client: ResourceProviderClient): Promise<boolean> {
  const inputs = { name: "machine1", directory: ".", environment: {}, vagrantfileSha256: "" };
  const request = new messages.DiffRequest()
    .setUrn(urn)
    .setOlds(struct({ ...inputs, ...outputs(), vagrantProvider: "libvirt", provisioned: true }))
    .setNews(struct(inputs));
  const answer = await answerOf<messages.DiffResponse>((done) => client.diff(request, done));
  return answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME;
}

const keyscans = () => {
  try {
    return readFileSync(join(lab.folder, "keyscan-calls"), "utf8");
  } catch {
    return "";
  }
};

test("a machine of the last run is read before anybody asks, and over one login", async () => {
  const [loginsBefore, before] = [logins(), commands()];
  const { command } = await start(outputs());
  while (commands() < before + 1) {
    await sleep(20);
  }
  expect(await ask(command, true)).toMatchObject(isReading);
  expect(commands()).toBe(before + 1);
  // The early answer counts once, and for who asks for it.
  expect(await ask(command, true)).toMatchObject(isReading);
  expect(commands()).toBe(before + 2);
  expect(logins()).toBe(loginsBefore + 1);
});

test("who wants no early answer gets a new one", async () => {
  const before = commands();
  const { command } = await start(outputs());
  expect(await ask(command, false)).toMatchObject(isReading);
  expect(await ask(command, true, "echo another")).toMatchObject({ stdout: "another" });
  while (commands() < before + 3) {
    await sleep(20);
  }
});

test("a machine that answers over its connection is not asked for its host key again", async () => {
  const before = logins();
  const { vagrant } = await start(outputs());
  await untilLogins(before + 1);
  expect(await hasDiff(vagrant)).toBe(false);
  expect(keyscans()).toBe("");
});

test.each([
  ["that did not run", { state: "halted" }],
  ["with another host key by now", { hostKey: machine.otherHostKey }],
  ["whose key's file is gone", { identityFile: "/nowhere/key" }],
])("a machine %s is asked for its host key as without this", async (_, changed) => {
  const { vagrant, command } = await start(outputs(changed));
  await hasDiff(vagrant);
  expect(keyscans()).toContain(`-p ${machine.port} -- 127.0.0.1`);
  expect(await ask(command, true)).toMatchObject(isReading);
});

test("a machine whose connection was cut is asked for its host key", async () => {
  const other = new Sshd();
  await other.start();
  const { host, port, user, hostKey } = other;
  writeFileSync(join(folder, "other"), other.privateKey, { mode: 0o600 });
  const identityFile = join(folder, "other");
  const { vagrant } = await start(outputs({ host, port, user, hostKey, identityFile }));
  while (other.logins < 1) {
    await sleep(20);
  }
  await other.end();
  await hasDiff(vagrant);
  expect(keyscans()).not.toBe("");
});

test("a state that cannot be read stops nothing", async () => {
  const { command } = await startWith("{ broken");
  expect(await ask(command, true)).toMatchObject(isReading);
});

test("they end when the command has ended and no Pulumi runs", async () => {
  const { child } = await start(outputs());
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);
});

test("they stay for a Pulumi that outlives the command, and end with it", async () => {
  const pulumi = spawn("sleep", ["1000"]);
  started.push(pulumi);
  const { child, command } = await start();
  child.stdin.end(String(pulumi.pid));
  await sleep(2_500);
  expect(await ask(command, false)).toMatchObject(isReading);
  pulumi.kill("SIGKILL");
  expect(await once(child, "close")).toEqual([0, null]);
});
