import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { archive, asset } from "../marks";

/** The files below a folder that match the patterns, as assets by their paths within it. */
export function filesAsAssets(dir: string, patterns: readonly string[]): Record<string, unknown> {
  const found = matching(dir, patterns).map((path) => {
    const content = readFileSync(posix.join(dir, path));
    const hash = createHash("sha256").update(content).digest("hex");
    return [path, asset({ path: posix.join(dir, path), hash })];
  });
  return Object.fromEntries(found) as Record<string, unknown>;
}

/** The same files as one archive. */
export function filesAsArchive(dir: string, patterns: readonly string[]): Record<string, unknown> {
  const assets = filesAsAssets(dir, patterns);
  const hash = createHash("sha256");
  for (const path of Object.keys(assets).sort()) {
    const content = readFileSync(posix.join(dir, path));
    hash.update(tarHeader(path, content.length)).update(content);
    hash.update(Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return archive({ assets, hash: hash.update(Buffer.alloc(1024)).digest("hex") });
}

/** An archive's hash is that of a tar file of its content, in the form that Pulumi itself writes. */
function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, digits: number) =>
    header.write(`${value.toString(8).padStart(digits, "0")}\0`, at, "latin1");
  header.write(path, 0, 100, "utf8");
  octal(0o600, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  header.write("        0", 148, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  octal(0, 329, 7);
  octal(0, 337, 7);
  // The checksum is computed with spaces in its own place.
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  return header;
}

/** Patterns apply in their order. A pattern with "!" excludes files that those before it have included. */
function matching(dir: string, patterns: readonly string[]): string[] {
  const rules = patterns.map((pattern) => ({
    takes: !pattern.startsWith("!"),
    expression: expressionOf(pattern.replace(/^!/, "")),
  }));
  return below(dir, "").filter((path) => {
    const last = rules.filter(({ expression }) => expression.test(path)).at(-1);
    return last?.takes ?? false;
  });
}

function below(dir: string, folder: string): string[] {
  return readdirSync(posix.join(dir, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? below(dir, path) : [path];
  });
}

/** `**` is anything, `*` anything but a slash, `?` one character, `[ab]` one of several, `{a,b}` either. */
function expressionOf(pattern: string): RegExp {
  let depth = 0;
  const source = pattern.replace(/\*\*|\\.|\[!?[^\]]*\]|[\s\S]/g, (token) => {
    switch (token) {
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      case "{":
        depth++;
        return "(?:";
      case "}":
        depth--;
        return ")";
      case ",":
        return depth > 0 ? "|" : ",";
      default:
        return token.startsWith("[") && token.length > 1
          ? token.replace(/^\[!/, "[^")
          : token.replace(/[$()+.^|\]]/g, "\\$&");
    }
  });
  return new RegExp(`^${source}$`, "su");
}
