import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Block {
  language: string;
  lines: string[];
}

/** The blocks of code in a document of docs/, in their order. */
export function blocks(document: string): Block[] {
  const text = readFileSync(join(__dirname, "../../docs", document), "utf8");
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = "", inside = ""]) => ({
    language,
    lines: inside.trimEnd().split("\n"),
  }));
}
