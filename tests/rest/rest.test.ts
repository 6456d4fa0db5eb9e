import { join } from "node:path";
import { root } from "../support/pulumi/project";
import { changes, look, Machine, Machines } from "./machines";
import { alsoOfficial, programs } from "./programs";
import { official, officialFolder, own, Preview, Stacks } from "./stacks";
import { Program } from "./testbed";

/**
 * Real programs, real Pulumi, real machines: when a program is up, its previews have nothing to do and nothing
 * to say, and when it is destroyed its machines have what they had before.
 */

/** An emulated machine takes its time, and programs wait for each other. */
const patience = 120 * 60 * 1000;
const previews = 3;

const stacks = new Stacks();
const done = { programs: 0, previews: 0, falseAlarms: 0 };
let began: Promise<Machines> | undefined;
const looks = new Map<Machine, ReturnType<typeof look>>();

/** Tests that run at the same time do not wait for what comes before all. */
function machines(): Promise<Machines> {
  return (began ??= Machines.begin());
}

/** What a machine had before any program. */
function atFirst(machine: Machine): ReturnType<typeof look> {
  const first = looks.get(machine) ?? look(machine);
  looks.set(machine, first);
  return first;
}

async function comesToRest(name: string, tools = own): Promise<void> {
  const program = programs[name] ?? missing(name);
  const all = await machines();
  await all.with(program.machines ?? 1, async (taken) => {
    // What one leaves behind is not held against the next.
    const forget = () => {
      taken.forEach((machine) => looks.delete(machine));
    };
    const told = {
      ...{ machines: taken.map(({ login }) => login), behind: all.behind },
      ...{ privateKey: all.privateKey, files: join(root, "tests/rest/files") },
    };
    const began = Date.now();
    const before = await Promise.all(taken.map(atFirst));
    const seen = await previewsOf(program, taken, () =>
      stacks.make(name, program, told, tools),
    ).catch((error: unknown) => {
      forget();
      throw error;
    });
    const after = await Promise.all(taken.map(look));
    const alarms = seen.map((preview) => alarmsOf(preview, program.warnings ?? []));
    const wrong = alarms.filter((some) => some.length > 0).length;
    const seconds = Math.round((Date.now() - began) / 1000);
    process.stderr.write(
      `• ${name}: ${seen.length} previews, ${wrong} false alarms, ${seconds} s\n${lines(alarms)}`,
    );
    done.programs += 1;
    done.previews += seen.length;
    done.falseAlarms += wrong;
    const left = before.flatMap((was, i) => changes(was, after[i] ?? {}));
    if (left.length > 0) {
      forget();
    }
    expect(alarms).toEqual(seen.map(() => []));
    expect(left).toEqual([]);
  });
}

/** Each alarm once, as some programs have more to come before a test's result is shown. */
function lines(alarms: string[][]): string {
  return [...new Set(alarms.flat())].map((alarm) => `    ${alarm}\n`).join("");
}

/** What its previews say while a program is up; behind that it is gone. */
async function previewsOf(
  { before = "true", after = "true" }: Program,
  [first]: Machine[],
  make: () => ReturnType<Stacks["make"]>,
): Promise<Preview[]> {
  const seen: Preview[] = [];
  await first?.run(before);
  const stack = await make();
  try {
    await stack.up();
    for (let times = 0; times < previews; times++) {
      seen.push(await stack.preview());
    }
  } finally {
    await stack.destroy();
    await first?.run(after);
  }
  return seen;
}

/** What a preview says that it should not, and what it does not say that it should. */
function alarmsOf({ changes: would, warnings }: Preview, meant: RegExp[]): string[] {
  const said = warnings.flatMap((text) => text.split("\n"));
  return [
    ...would,
    ...said.filter((line) => !meant.some((one) => one.test(line))),
    ...meant.filter((one) => !said.some((line) => one.test(line))).map((one) => `not said: ${one}`),
  ];
}

afterAll(async () => {
  await (await began)?.end();
  stacks.end();
  console.log(
    `${done.programs} programs, ${done.previews} previews after up, ${done.falseAlarms} false alarms`,
  );
}, 120_000);

describe("a program that is up has empty previews, and leaves nothing behind when it goes", () => {
  test.concurrent.each(Object.keys(programs))("%s", (name) => comesToRest(name), patience);
});

const where = officialFolder === undefined ? test.skip : test.concurrent;
describe("also with Pulumi's own CLI and command plugin", () => {
  where.each(alsoOfficial)("%s", (name) => comesToRest(name, official), patience);
});

function missing(name: string): never {
  throw new Error(`there is no program "${name}"`);
}
