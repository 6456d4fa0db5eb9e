import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parseDocument,
  visit,
  YAMLMap,
} from "yaml";
import { pathOf, wordsOf, type Path } from "../args/problems";
import type { TableData } from "./tableData";

/**
 * The most often that one anchor may be used, and what it holds again: as many rows as a table has may share a list of
 * members, but a small file cannot become endless.
 */
const maxAliasCount = 100_000;

/**
 * Parses a YAML file of services. Keys at its top that begin with "x-" hold what others refer to, and are left out.
 * Merge keys ("<<") take over what a map does not have itself.
 */
export function readYaml(file: string, text: string): TableData {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const lineAt = (offset: number) => `${file} line ${lines.linePos(offset).line}`;
  const wrong = [
    ...document.errors.map(({ pos, message }) => ({ offset: pos[0], message })),
    ...referenceProblems(document),
  ];
  if (wrong.length > 0) {
    return unreadable(wrong.map(({ offset, message }) => `${lineAt(offset)}: ${message}`));
  }
  const at = (path: Path) => {
    const offset = offsetOf(document, path);
    return `${offset === undefined ? file : lineAt(offset)}: ${pathOf(path)}`;
  };
  try {
    return { data: withoutHolders(document.toJS({ maxAliasCount })), problems: [], at };
  } catch (error) {
    return unreadable([`${file}: ${wordsOf(error)}`]);
  }
}

/** A table whose file could not be read. */
export function unreadable(problems: string[]): TableData {
  return { data: undefined, problems, at: pathOf };
}

function withoutHolders(data: unknown): unknown {
  return typeof data === "object" && data !== null && !Array.isArray(data)
    ? Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith("x-")))
    : data;
}

/** Aliases without an anchor, and merge keys of something else than maps. The parser itself says no line of these. */
function referenceProblems(document: Document): { offset: number; message: string }[] {
  const problems: { offset: number; message: string }[] = [];
  visit(document, {
    Alias(_, alias) {
      if (!alias.resolve(document)) {
        const message = `*${alias.source}: no &${alias.source} before it`;
        problems.push({ offset: alias.range?.[0] ?? 0, message });
      }
    },
    Pair(_, pair) {
      if (isMerge(pair) && sourcesOf(document, pair).some((source) => !isMap(source))) {
        const message = "<<: it must be a map, such as *name, or a list of maps";
        problems.push({ offset: startOf(pair.key) ?? 0, message });
      }
    },
  });
  return problems;
}

/**
 * The place of a property in the text: that of its key, or of its value in a list. If there is none, that of the
 * nearest part around it.
 */
function offsetOf(document: Document, path: Path): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    const parent = resolved(document, node);
    if (isMap(parent)) {
      const pair = pairOf(document, parent, String(part));
      node = pair?.value;
      offset = startOf(pair?.key) ?? offset;
    } else {
      node = isSeq(parent) ? parent.items[Number(part)] : undefined;
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

/** The pair of a key in a map, or in what is merged into that. */
function pairOf(document: Document, map: YAMLMap, key: string): Pair | undefined {
  const own = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  return (
    own ??
    map.items
      .filter(isMerge)
      .flatMap((pair) => sourcesOf(document, pair))
      .flatMap((source) => (isMap(source) ? (pairOf(document, source, key) ?? []) : []))[0]
  );
}

/** True for "<<", which the parser makes a symbol. */
function isMerge({ key }: Pair): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

/** What a merge key takes over from: a map, or several. */
function sourcesOf(document: Document, { value }: Pair): unknown[] {
  const source = resolved(document, value);
  return isSeq(source) ? source.items.map((item) => resolved(document, item)) : [source];
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
