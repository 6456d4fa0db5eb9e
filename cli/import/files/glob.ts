import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** True if a path has wildcards or alternatives in braces. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path);
}

/**
 * The paths that match a pattern of glob(7), with alternatives in braces as in csh, sorted. Wildcards do not match a
 * leading dot.
 */
export function matches(pattern: string): string[] {
  return alternatives(pattern).flatMap((one) => {
    const start = one.startsWith("/") ? ["/"] : [""];
    const parts = one.split("/").filter((part) => part !== "");
    return parts.reduce((folders, part) => folders.flatMap((f) => inFolder(f, part)), start);
  });
}

function inFolder(folder: string, part: string): string[] {
  if (!isPattern(part)) {
    const path = join(folder, part);
    return existsSync(path) ? [path] : [];
  }
  const expression = new RegExp(`^${expressionOf(part)}$`);
  return entries(folder || ".")
    .filter((name) => expression.test(name) && (part.startsWith(".") || !name.startsWith(".")))
    .sort()
    .map((name) => join(folder, name));
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function expressionOf(part: string): string {
  return part.replace(/\[!?[^\]]+\]|[^]/g, (token) => {
    if (token.length > 1) {
      return `[${token.slice(1, -1).replace(/^!/, "^").replaceAll("\\", "\\\\")}]`;
    }
    return token === "*" ? "[^/]*" : token === "?" ? "[^/]" : token.replace(/\W/, "\\$&");
  });
}

/** "a{b,c{d,e}}" as "ab", "acd", "ace". */
function alternatives(pattern: string): string[] {
  const open = pattern.indexOf("{");
  const parts: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open; open >= 0 && i < pattern.length; i++) {
    const char = pattern[i];
    depth += char === "{" ? 1 : char === "}" ? -1 : 0;
    if (depth === 0 || (depth === 1 && char === ",")) {
      parts.push(pattern.slice(from, i));
      from = i + 1;
    }
    if (depth === 0) {
      const [before, after] = [pattern.slice(0, open), pattern.slice(i + 1)];
      return parts.flatMap((part) => alternatives(`${before}${part}${after}`));
    }
  }
  return [pattern];
}
