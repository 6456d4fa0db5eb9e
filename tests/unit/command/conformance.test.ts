import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { differences } from "./differences";
import { engines, officialPlugin, Plugin, type EngineName, type Properties } from "./plugin";
import { questions } from "./questions";
import { Sshd } from "./sshd";
import type { World } from "./world";

jest.setTimeout(60_000);

// Set-up installs the official plugin; without it there is nothing to compare with.
const both = existsSync(officialPlugin) ? describe : describe.skip;

both("the two engines give the same answers", () => {
  const sshd = new Sshd();
  const plugins = {} as Record<EngineName, Plugin>;

  beforeAll(async () => {
    await sshd.start();
    for (const engine of engines) {
      plugins[engine] = await Plugin.start(engine);
    }
  });
  afterAll(async () => {
    for (const engine of engines) {
      await plugins[engine].stop();
    }
    Plugin.killAll();
    await sshd.end();
  });

  test.each(Object.keys(questions))("%s", async (name) => {
    const answers = {} as Record<EngineName, unknown>;
    for (const engine of engines) {
      answers[engine] = await ask(engine, name);
    }
    const { official, kept } = differences[name] ?? { ...answers, kept: answers.official };
    expect(answers).toEqual({ official, kept });
  });

  test("every difference that is listed belongs to a question", () => {
    expect(Object.keys(questions)).toEqual(expect.arrayContaining(Object.keys(differences)));
  });

  test("the schemas have the same types, properties and requirements", async () => {
    const schemas = await Promise.all(engines.map((engine) => plugins[engine].schema()));
    const [kept, official] = schemas.map((schema) => {
      const { types, resources, functions, provider } = JSON.parse(schema) as Properties;
      return withoutWords({ types, resources, functions, provider });
    });
    expect(kept).toEqual(official);
  });

  test("Pulumi may configure both in the same way", async () => {
    const configured = await Promise.all(engines.map((engine) => plugins[engine].configure()));
    const [kept, official] = configured.map((answer) => answer.toObject());
    expect(kept).toEqual(official);
  });

  /** Everything in a folder of its own, whose name, as all that is random, is taken out of the answer. */
  async function ask(engine: EngineName, name: string): Promise<unknown> {
    const folder = join(sshd.folder, `${engine}-${name.replaceAll(/\W+/g, "-")}`);
    mkdirSync(folder);
    const plugin = plugins[engine];
    const world: World = {
      plugin,
      sshd,
      folder,
      read: (file) => readFileSync(join(folder, file), "utf8"),
      write: (file, content) => {
        writeFileSync(join(folder, file), content);
      },
    };
    plugin.log.splice(0);
    const answer = await questions[name]?.(world);
    const text = JSON.stringify({ answer, log: plugin.log })
      .replaceAll(folder, "FOLDER")
      .replaceAll(/"id":"(name)?[0-9a-f]{8}"/g, '"id":"$1RANDOM"');
    return sorted(JSON.parse(text));
  }
});

/** Failures in an order of their own: the official plugin's is that of its source. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    const failures = items.every((item) => (item as Properties | null)?.reason !== undefined);
    return failures
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]));
}

function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutWords);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const words = new Set(["description", "deprecationMessage"]);
  const kept = Object.entries(value).filter(
    ([key, item]) => !(words.has(key) && typeof item === "string"),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutWords(item)]));
}
