/** A piece of TypeScript that is printed as it is. */
export class Raw {
  constructor(readonly text: string) {}
}

/** A call such as `new Vip("vip", { … })`. */
export class Call {
  readonly args: Code[];

  constructor(
    readonly name: string,
    ...args: Code[]
  ) {
    this.args = args;
  }
}

/** A value of a program. A property that is undefined is left out. */
export type Code =
  string | number | boolean | undefined | Raw | Call | readonly Code[] | CodeObject;

/** Properties of an object. A recursive type has to be an interface. */
export interface CodeObject {
  readonly [name: string]: Code;
}

const width = 100;

/**
 * Prints a value as Prettier would: on one line if it fits, else a line for each part.
 * @param before The number of letters before it on its first line.
 * @param after The number of letters behind it on its last line.
 */
export function printed(value: Code, indent = 0, before = indent, after = 1): string {
  const flat = flatText(value);
  if (before + flat.length + after <= width) {
    return flat;
  }
  const inner = " ".repeat(indent + 2);
  const lines = (parts: string[], open: string, close: string) =>
    `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${" ".repeat(indent)}${close}`;
  if (value instanceof Call) {
    const last = value.args.at(-1);
    const others = value.args.slice(0, -1).map((arg) => `${flatText(arg)}, `);
    return `${value.name}(${others.join("")}${printed(last, indent, width, 1)})`;
  }
  if (value instanceof Raw || typeof value !== "object") {
    return flat;
  }
  if (isList(value)) {
    const items = value.every((one) => typeof one === "number")
      ? filled(value.map(String), indent + 2)
      : value.map((one) => printed(one, indent + 2));
    return lines(items, "[", "]");
  }
  const fields = fieldsOf(value).map(([name, one]) => {
    const text = printed(one, indent + 2, indent + 4 + name.length);
    return text === name ? name : `${name}: ${text}`;
  });
  return fields.length === 0 ? "{}" : lines(fields, "{", "}");
}

function flatText(value: Code): string {
  if (value instanceof Raw) {
    return value.text;
  }
  if (value instanceof Call) {
    return `${value.name}(${value.args.map(flatText).join(", ")})`;
  }
  if (typeof value !== "object") {
    return value === undefined ? "undefined" : JSON.stringify(value);
  }
  if (isList(value)) {
    return `[${value.map(flatText).join(", ")}]`;
  }
  const fields = fieldsOf(value).map(([name, one]) => {
    const text = flatText(one);
    return text === name ? name : `${name}: ${text}`;
  });
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function fieldsOf(value: CodeObject): [string, Code][] {
  return Object.entries(value).filter(([, one]) => one !== undefined);
}

function isList(value: object): value is readonly Code[] {
  return Array.isArray(value);
}

/** Numbers, as many in a line as fit. */
function filled(words: string[], indent: number): string[] {
  const rows: string[] = [];
  for (const word of words) {
    const last = rows.at(-1);
    if (last !== undefined && indent + last.length + word.length + 3 <= width) {
      rows[rows.length - 1] = `${last}, ${word}`;
    } else {
      rows.push(word);
    }
  }
  return rows;
}

/** An address as part of a resource's name, without colons: "::" would separate the parts of its URN. */
export function resourceName(name: string): string {
  return name.replaceAll(":", "-");
}

/** The variable of an address's Vip. */
export function vipVariable(address: string): string {
  return `vip_${address.replace(/[.:]/g, "_")}`;
}
