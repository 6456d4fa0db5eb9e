import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { checkArgs } from "../../../components/args/validate";
import type { Program, Told } from "../../rest/testbed";
import { registered } from "../../support/pulumi/mocks";
import { keyPair, words } from "../../support/ssh/keys";

/** The programs of tests/rest, of which each option of docs/features.md has to be in one. */

const root = join(__dirname, "../../..");

/** What components were given by all programs: "Vip", "port", "port: 0", '"3 50"'. */
const given = new Set<string>();

jest.doMock("../../../components/args/validate", () => {
  const actual = jest.requireActual<{ checkArgs: typeof checkArgs }>(
    "../../../components/args/validate",
  );
  return {
    ...actual,
    checkArgs: (...args: Parameters<typeof checkArgs>): unknown => {
      given.add(args[0]);
      note(args[3]);
      return actual.checkArgs(...args);
    },
  };
});
// These load the components, so they come after that.
const { alsoOfficial, programs } =
  jest.requireActual<typeof import("../../rest/programs")>("../../rest/programs");
const { Testbed } = jest.requireActual<typeof import("../../rest/testbed")>("../../rest/testbed");
const { optionNames } = jest.requireActual<typeof import("../../support/optionNames")>(
  "../../support/optionNames",
);

function note(value: unknown, property?: string): void {
  if (property !== undefined) {
    given.add(property);
  }
  if (property !== undefined && typeof value !== "object") {
    given.add(`${property}: ${JSON.stringify(value)}`);
  }
  if (typeof value === "string") {
    given.add(JSON.stringify(value));
  } else if (Array.isArray(value)) {
    value.forEach((one) => {
      note(one);
    });
  } else if (typeof value === "object" && value !== null && isPlain(value)) {
    Object.entries(value).forEach(([key, one]) => {
      if (one !== undefined) note(one, key);
    });
  }
}

function isPlain(value: object): boolean {
  return !pulumi.Resource.isInstance(value) && !pulumi.Output.isInstance(value);
}

const key = keyPair();
const login = { host: "127.0.0.1", user: "root", hostKey: words(key.public) };
const machines = [1, 2].map((port) => ({ ...login, port }));
const behind = [1, 2].map((end) => ({ ...login, host: `198.51.100.${end}`, port: 22 }));
const told: Told = {
  machines,
  behind,
  privateKey: key.private,
  files: join(root, "tests/rest/files"),
};

/** Has an example's own program, or one of tests/rest, declare what it does. */
function run({ project, declare }: Program): void {
  if (!project) {
    declare(new Testbed(told));
    return;
  }
  const settings = {
    port: 80,
    scheduler: "wlc",
    ...project.settings(told),
    privateKey: key.private,
  };
  for (const [name, value] of Object.entries(settings)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    pulumi.runtime.setConfig(`ipvs-lab:${name}`, text);
  }
  jest.requireActual(`../../../${project.folder}`);
}

test.each(Object.entries(programs))("%s: a program that can be declared", async (_, program) => {
  const resources = await registered(() => {
    run(program);
  });
  expect(resources).not.toEqual([]);
});

test("there are at least forty programs, every example among them", () => {
  expect(Object.keys(programs).length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(programs)).toEqual(expect.arrayContaining(alsoOfficial));
  const examples = readdirSync(join(root, "examples")).map((name) => `examples/${name}`);
  const folders = Object.values(programs).flatMap(({ project }) => project?.folder ?? []);
  expect(examples.filter((folder) => existsSync(join(root, folder, "index.ts"))).sort()).toEqual(
    folders.sort(),
  );
});

/** What no program has, and why. */
const without = {
  // Linux 7.1 and 7.2.
  ...Object.fromEntries(
    ["conn_lfactor", "svc_lfactor", "conn_max"].map((name) => [
      name,
      "the kernel of Debian 13 has no such setting",
    ]),
  ),
};

const lacking = (wanted: string[]) =>
  wanted.filter((word) => !given.has(word) && !(word in without));

test.each(
  Object.entries({
    ...optionNames,
    scheduler: optionNames.scheduler.map((name) =>
      name in without ? name : `scheduler: "${name}"`,
    ),
    "scheduler flag": optionNames["scheduler flag"].map((name) => `"${name}"`),
    "forwarding method": optionNames["forwarding method"].map((name) => `forwarding: "${name}"`),
    protocol: optionNames.protocol.map((name) => `protocol: "${name}"`),
  }),
)("every %s that there is is in a program", (_, wanted) => {
  expect(lacking(wanted)).toEqual([]);
});

/** The words in code of a table's cell: names, strings, and names with a value. */
function wordsOf(cell: string): string[] {
  const code = [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
  const ours = code.filter((text) => !/^(pulumi|npm) /.test(text));
  return ours.flatMap((text) => {
    const pairs = text.match(/\b\w+: ("[^"]*"|\d+)/g) ?? [];
    const strings = text.match(/"[^"]*"/g) ?? [];
    const names = text.replace(/"[^"]*"/g, "").match(/[A-Za-z]\w*/g) ?? [];
    return [...pairs, ...strings, ...names];
  });
}

test("every option of docs/features.md is in a program", () => {
  const text = readFileSync(join(root, "docs/features.md"), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
  // Of the schedulers, the names are in the first column.
  const wanted = cells.flatMap(([, first = "", second = ""]) =>
    wordsOf(/^`[a-z]+`/.test(first) && !second.includes("`") ? first : second),
  );
  expect(wanted.length).toBeGreaterThan(80);
  const names = new Set<string>(optionNames.scheduler);
  expect(lacking(wanted).filter((word) => !names.has(word))).toEqual([]);
});
