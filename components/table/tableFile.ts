import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { pathOf, wordsOf } from "../args/problems";
import { readCsv } from "./tableCsv";
import type { TableData } from "./tableData";
import { readYaml, unreadable } from "./tableYaml";

/** A table from an array in the program. */
export function given(services: unknown): TableData {
  return { data: { services }, problems: [], at: pathOf };
}

const readers: Partial<Record<string, (file: string, text: string) => TableData>> = {
  ".yaml": readYaml,
  ".yml": readYaml,
  ".json": readJson,
  ".csv": readCsv,
};

/** Reads a file of services in the format that its ending names. The result includes the file's problems. */
export function readTable(file: string): TableData {
  const read = readers[extname(file).toLowerCase()];
  if (!read) {
    const endings = Object.keys(readers).join(", ");
    return unreadable([
      `file: ${JSON.stringify(file)} is not a file whose name ends in ${endings}`,
    ]);
  }
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    return unreadable([`file: ${JSON.stringify(file)} cannot be read: ${wordsOf(error)}`]);
  }
  return read(file, text);
}

function readJson(file: string, text: string): TableData {
  try {
    const data: unknown = JSON.parse(text);
    let lines: TableData["at"] | undefined;
    // Every JSON text is also YAML, whose parser knows lines. It is slow, so it is used only for errors.
    return { data, problems: [], at: (path) => (lines ??= readYaml(file, text).at)(path) };
  } catch (error) {
    // Node.js names the position of an error only in long texts.
    const { problems } = readYaml(file, text);
    return unreadable(problems.length > 0 ? problems : [`${file}: ${wordsOf(error)}`]);
  }
}
