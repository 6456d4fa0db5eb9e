import { type Document, isMap, isScalar, parseDocument } from "yaml";
import { z } from "zod";
import { describe } from "../../../components/problems.js";
import { schedulers } from "../../../components/serviceLines.js";
import { flag, oneOf, weight } from "../../../components/validate.js";
import type { Setting } from "../../protocol.js";
import { Refusal } from "../refusal.js";

/** What a change sets, by paths. */
export type Values = Record<string, string | number | boolean>;

/** The lab has no other methods (config.ts). */
const forwardings = ["masquerade"] as const;

const kinds = {
  scheduler: oneOf(schedulers),
  forwarding: oneOf(forwardings),
  weight,
  running: flag,
} satisfies Record<Setting["what"], z.ZodType>;

const prefix = "ipvs-lab:";

/** A backend as the settings have it. */
export interface Backend {
  /** "backend1", "moreBackends[0]". */
  path: string;
  name: string;
  namespace?: string;
  weight: unknown;
  running: unknown;
}

/** The settings of a stack: the text of its Pulumi.<stack>.yaml, whose comments and layout stay. */
export class Settings {
  private readonly document: Document;

  constructor(readonly text: string) {
    this.document = parseDocument(text);
    const [error] = this.document.errors;
    if (error) {
      throw new Error(`the stack's settings: ${error.message}`);
    }
  }

  /** Those that the page can change. @param members The service's members, by their names in order. */
  changeable(members: string[]): Setting[] {
    const { scheduler, forwarding } = { scheduler: "scheduler", forwarding: "forwarding" } as const;
    const words = { [scheduler]: [...schedulers], [forwarding]: [...forwardings] };
    const ofService = ([scheduler, forwarding] as const).flatMap((what): Setting[] => {
      const value = this.at(what);
      return typeof value === "string" ? [{ path: what, what, value, allowed: words[what] }] : [];
    });
    const ofMembers = this.backends().flatMap(({ path, name, ...values }) => {
      const member = members.indexOf(name);
      return (["weight", "running"] as const).flatMap((what): Setting[] => {
        const value = values[what];
        const known = typeof value === "number" || typeof value === "boolean";
        return known && member >= 0 ? [{ path: `${path}.${what}`, what, member, value }] : [];
      });
    });
    return [...ofService, ...ofMembers];
  }

  /** The backends whose settings can be read: all but those that are one secret. */
  backends(): Backend[] {
    const more = this.document.getIn(["config", `${prefix}moreBackends`]) as
      { items?: unknown[] } | undefined;
    const paths = [
      ...["backend1", "backend2"],
      ...(more?.items ?? []).map((_, i) => `moreBackends[${i}]`),
    ];
    return paths.flatMap((path) => {
      const name = this.at(`${path}.name`);
      const namespace = this.at(`${path}.namespace`);
      return typeof name !== "string"
        ? []
        : [
            {
              path,
              name,
              namespace: typeof namespace === "string" ? namespace : undefined,
              weight: this.at(`${path}.weight`) ?? 1,
              running: this.at(`${path}.running`) ?? true,
            },
          ];
    });
  }

  /**
   * The text with these values set.
   * @throws Refusal that names the path and what is allowed.
   */
  with(values: Values, members: string[]): string {
    const known = new Map(this.changeable(members).map((setting) => [setting.path, setting]));
    const all = [...known.keys()].join(", ");
    if (Object.keys(values).length === 0) {
      throw new Refusal(`settings: none is given; there are ${all}`);
    }
    const changed = this.document.clone();
    for (const [path, value] of Object.entries(values)) {
      const setting = known.get(path);
      if (!setting) {
        throw new Refusal(`settings.${path}: no such setting; there are ${all}`);
      }
      const { success, error } = kinds[setting.what].safeParse(value);
      if (!success) {
        const [issue] = error.issues;
        throw new Refusal(
          `settings.${path}${issue ? describe(issue).slice("arguments".length) : ""}`,
        );
      }
      setIn(changed, keysOf(path), value);
    }
    return changed.toString({ lineWidth: 0 });
  }

  private at(path: string): unknown {
    return this.document.getIn(keysOf(path));
  }
}

/** Changes a value in its place, so that what is written behind it stays. */
function setIn(document: Document, keys: (string | number)[], value: string | number | boolean) {
  const node = document.getIn(keys, true);
  if (isScalar(node)) {
    node.value = value;
    return;
  }
  const parent = document.getIn(keys.slice(0, -1), true);
  if (!isMap(parent)) {
    throw new Refusal(`settings: ${String(keys.at(-1))} cannot be set in the stack's file`);
  }
  parent.set(keys.at(-1), value);
}

/** "moreBackends[0].weight" as the file's keys. */
function keysOf(path: string): (string | number)[] {
  const [first = "", ...others] = path.split(/\.|(?=\[)/);
  const rest = others.map((part) => (part.startsWith("[") ? Number(part.slice(1, -1)) : part));
  return ["config", prefix + first, ...rest];
}
