import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { right } from "../support/refusals/settings";

const stack = "unit-box";
const files = join(__dirname, "../../.state/machines", stack);
const { IPVS_LAB_BOX } = process.env;

beforeAll(async () => {
  delete process.env.IPVS_LAB_BOX;
  const nothing = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(nothing, "ipvs-lab", stack);
});
afterEach(() => {
  rmSync(files, { recursive: true, force: true });
});
afterAll(() => {
  Object.assign(process.env, IPVS_LAB_BOX === undefined ? {} : { IPVS_LAB_BOX });
});

/** A machine that exists; the box that it was made from is noted since there is a choice. */
function exists(box?: string): void {
  const folder = join(files, "machines/machine1/qemu");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "id"), "1");
  if (box !== undefined) {
    writeFileSync(join(folder, "box"), `${box}\n`);
  }
}

/** What the setting makes of a machine: the box in its triggers, and whether the one in the state stays. */
function asked(box?: string): [box: unknown, kept: boolean] {
  const values = { ...right, driver: "qemu", ...(box && { box }) };
  const written = Object.entries(values).map(([key, value]) => [
    `ipvs-lab:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(written) as Record<string, string>);
  let result: [unknown, boolean] = [undefined, false];
  jest.isolateModules(() => {
    jest.doMock("@pulumi/pulumi", () => pulumi);
    const { machine } = jest.requireActual<typeof import("../../machine")>("../../machine");
    const [{ machine: args }, opts] = machine("machine1");
    const { box: trigger } = (args?.replaceTriggers ?? {}) as { box?: unknown };
    result = [trigger, opts.transformations !== undefined];
  });
  return result;
}

test("where nobody chose, a machine keeps the box that it has, and a new one says none", () => {
  expect(asked()).toEqual([undefined, false]);
  exists();
  expect(asked()).toEqual([undefined, true]);
  exists("debian13-backports");
  expect(asked("auto")).toEqual([undefined, true]);
});

test("a box that is chosen makes a machine anew only if it has another", () => {
  exists();
  expect(asked("debian12")).toEqual(["debian12", true]);
  expect(asked("debian13")).toEqual(["debian13", false]);
  exists("debian13");
  expect(asked("debian13")).toEqual(["debian13", true]);
  expect(asked("ubuntu2604")).toEqual(["ubuntu2604", false]);
});
