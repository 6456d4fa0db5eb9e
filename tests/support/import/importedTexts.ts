import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, imported } from "./imported";

/** What an import says of texts, each of them a file of its own by this name. */
export function importedTexts(
  texts: [name: string, text: string, ...others: unknown[]][],
): Answer[] {
  const place = mkdtempSync(join(tmpdir(), "import-"));
  try {
    for (const [name, text] of texts) {
      writeFileSync(join(place, name), text);
    }
    return imported(
      place,
      texts.map(([name]) => ({ files: [name] })),
    ).answers;
  } finally {
    rmSync(place, { recursive: true });
  }
}
