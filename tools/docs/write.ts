import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { root } from "../../lab/paths.js";
import { kindsDiagram } from "./kinds.js";
import { partsDiagram } from "./parts.js";
import { writeReference } from "./reference.js";

const architecture = "docs/architecture.md";
const folder = "docs/reference";

/** The generated files of docs/: each file's text by its path. */
export async function generate(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const made = mkdtempSync(join(tmpdir(), "ipvs-lab-reference-"));
  try {
    await writeReference(made);
    for (const name of readdirSync(made).sort()) {
      files.set(`${folder}/${name}`, readFileSync(join(made, name), "utf8"));
    }
  } finally {
    rmSync(made, { recursive: true });
  }
  const intro = readFileSync(join(root, "tools/docs/intro.md"), "utf8");
  const index = files.get(`${folder}/README.md`) ?? "";
  files.set(`${folder}/README.md`, index.replace("\n", `\n\n${intro}`));
  const text = readFileSync(join(root, architecture), "utf8");
  const diagrams = { parts: await partsDiagram(), kinds: kindsDiagram() };
  files.set(architecture, withDiagrams(text, diagrams));
  return new Map(
    await Promise.all(
      [...files].map(async ([path, text]): Promise<[string, string]> => {
        const config = await resolveConfig(join(root, path));
        return [path, await format(text, { ...config, filepath: path })];
      }),
    ),
  );
}

/** Puts each diagram between its marks. @throws Error when a mark is missing. */
function withDiagrams(text: string, diagrams: Record<string, string>): string {
  return Object.entries(diagrams).reduce((before, [name, diagram]) => {
    const between = new RegExp(`(<!-- ${name}: npm run docs -->\n)[^]*?(<!-- end -->)`);
    if (!between.test(before)) {
      throw new Error(`${architecture} has no <!-- ${name}: npm run docs --> and <!-- end -->`);
    }
    return before.replace(
      between,
      (_, start: string, end: string) => `${start}\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${end}`,
    );
  }, text);
}

/**
 * The paths of files that differ from the generated ones, with files of the reference that are not generated any more.
 */
export function staleOf(generated: Map<string, string>): string[] {
  const there = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  const tooMany = there.map((name) => `${folder}/${name}`).filter((path) => !generated.has(path));
  const different = [...generated].flatMap(([path, text]) =>
    existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === text ? [] : [path],
  );
  return [...different, ...tooMany].sort();
}

/** Writes stale files, and removes those that are not generated any more. */
export function write(generated: Map<string, string>, stale: string[]): void {
  for (const path of stale) {
    const text = generated.get(path);
    if (text === undefined) {
      rmSync(join(root, path));
    } else {
      writeFileSync(join(root, path), text);
    }
  }
}
