import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { z } from "zod";
import { describe } from "../../../components/args/problems.js";
import { boolean, oneOf, weight } from "../../../components/args/validate.js";
import { forwardings } from "../../../components/ipvs/forwarding.js";
import { schedulers } from "../../../components/ipvs/schedulers.js";
import type { Setting } from "../../protocol.js";
import { RequestError } from "../requestError.js";

/** The values of a change, by the settings' paths. */
export type Values = Record<string, string | number | boolean>;

const kinds = {
  scheduler: oneOf(schedulers),
  forwarding: oneOf(forwardings),
  weight,
  running: boolean,
} satisfies Record<Setting["what"], z.ZodType>;

const prefix = "ipvs-lab:";

/** A backend in the settings. */
export interface Backend {
  /** "backend1", "moreBackends[0]". */
  path: string;
  name: string;
  namespace?: string;
  weight: unknown;
  running: unknown;
}

/** The settings of a stack: the text of its Pulumi.<stack>.yaml. Changes keep its comments and layout. */
export class Settings {
  private readonly document: Document;

  constructor(readonly text: string) {
    this.document = parseDocument(text);
    const [error] = this.document.errors;
    if (error) {
      throw new Error(`the stack's settings: ${error.message}`);
    }
  }

  /** The interface of the lab's network; empty when it cannot be read. */
  get interface(): string {
    const name = this.at("interface");
    return typeof name === "string" ? name : "";
  }

  /** The type of keepalived's health check; undefined for an engine that has none. */
  get check(): string | undefined {
    const type = this.at("check.type");
    return this.at("engine") !== "keepalived" ? undefined : typeof type === "string" ? type : "tcp";
  }

  /** The settings that the page can change. @param members The names of the service's members, in order. */
  changeableSettings(members: string[]): Setting[] {
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

  /** The backends whose settings can be read. A backend that is one secret as a whole cannot. */
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
   * @throws RequestError that names the path and the allowed values.
   */
  with(values: Values, members: string[]): string {
    const known = new Map(
      this.changeableSettings(members).map((setting) => [setting.path, setting]),
    );
    const all = [...known.keys()].join(", ");
    if (Object.keys(values).length === 0) {
      throw new RequestError(`settings: none is given; there are ${all}`);
    }
    let { text } = this;
    for (const [path, value] of Object.entries(values)) {
      const setting = known.get(path);
      if (!setting) {
        throw new RequestError(`settings.${path}: no such setting; there are ${all}`);
      }
      const { success, error } = kinds[setting.what].safeParse(value);
      if (!success) {
        const [issue] = error.issues;
        throw new RequestError(
          `settings.${path}${issue ? describe(issue).slice("arguments".length) : ""}`,
        );
      }
      text = withValue(text, path, value);
    }
    return text;
  }

  private at(path: string): unknown {
    return this.document.getIn(keysOf(path));
  }
}

/** The text with one value replaced in place. The library would write the whole file in another layout. */
function withValue(text: string, path: string, value: string | number | boolean): string {
  const keys = keysOf(path);
  const document = parseDocument(text);
  const node = document.getIn(keys, true);
  const parent = document.getIn(keys.slice(0, -1), true);
  const key = String(keys.at(-1));
  let changed = text;
  if (isScalar(node) && node.range) {
    const [from, to] = node.range;
    changed = text.slice(0, from) + String(value) + text.slice(to);
  } else if (node === undefined && isMap(parent)) {
    changed = withKey(text, parent, `${key}: ${value}`);
  }
  if (parseDocument(changed).getIn(keys) !== value) {
    throw new RequestError(
      `settings.${path}: cannot be set in the stack's file as that is written`,
    );
  }
  return changed;
}

/** The text with another key in a map, after a key whose value is on one line. */
function withKey(text: string, map: YAMLMap, entry: string): string {
  const keys = map.items.flatMap(({ key }) => (isScalar(key) ? [key] : []));
  const before = keys.find((k) => k.value === "weight") ?? keys.find((k) => k.value === "name");
  const value = before && map.get(before, true);
  if (!before?.range || !isScalar(value) || !value.range) {
    return text;
  }
  const [start, end] = [before.range[0], value.range[1]];
  if (map.flow) {
    return `${text.slice(0, end)}, ${entry}${text.slice(end)}`;
  }
  const column = start - (text.lastIndexOf("\n", start) + 1);
  const lineEnd = text.indexOf("\n", end);
  const at = lineEnd < 0 ? text.length : lineEnd;
  return `${text.slice(0, at)}\n${" ".repeat(column)}${entry}${text.slice(at)}`;
}

/** The keys in the file of a path such as "moreBackends[0].weight". */
function keysOf(path: string): (string | number)[] {
  const [first = "", ...others] = path.split(/\.|(?=\[)/);
  const rest = others.map((part) => (part.startsWith("[") ? Number(part.slice(1, -1)) : part));
  return ["config", prefix + first, ...rest];
}
