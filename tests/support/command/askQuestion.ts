import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, Properties } from "../../../tools/bench/engines/plugin";
import type { Sshd } from "../../../tools/bench/engines/sshd";
import type { World } from "./questionContext";
import { questions } from "./questions";

/**
 * What a plugin answers to a question, and what it shows. Everything is in a folder of its own, whose name,
 * as all that is random, is taken out of the answer.
 */
export async function ask(plugin: Plugin, sshd: Sshd, name: string): Promise<unknown> {
  const folder = mkdtempSync(join(sshd.folder, `${name.replaceAll(/\W+/g, "-")}-`));
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
