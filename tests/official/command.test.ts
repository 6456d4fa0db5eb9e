import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  engines,
  Plugin,
  type EngineName,
  type Properties,
} from "../../tools/bench/engines/plugin";
import { Sshd } from "../../tools/bench/engines/sshd";
import { ask } from "../support/command/askQuestion";
import { questions } from "../support/command/questions";
import { differences } from "./differences";

jest.setTimeout(60_000);

describe("the two engines give the same answers", () => {
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
      answers[engine] = await ask(plugins[engine], sshd, name);
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
});

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
