// Imports files, each list of them as one machine's, and prints as JSON what was read and written.
import { writeFileSync } from "node:fs";
import { readSource } from "../../../cli/import/formats.ts";
import { type FileOptions, importFiles } from "../../../cli/import/fromFiles.ts";
import { titleOf } from "../../../cli/import/model/model.ts";
import { writeProgram } from "../../../cli/import/write/write.ts";

interface Order {
  files: string[];
  options?: FileOptions & { tableFile?: string };
}

/** A service and its members in a line each, without what a program would not write either. */
function servicesIn([file = ""]: string[], { format, configId }: FileOptions): string[] {
  const { services } = readSource(file, format, configId);
  return services.flatMap(({ key, members, origin, schedulerFlags, ...service }) => [
    `${origin.line} ${titleOf(key)} ${text({ ...service, ...(schedulerFlags.length > 0 && { schedulerFlags }) })}`,
    ...members.map(
      ({ address, port, check, origin: { line }, ...member }) =>
        `${line}   ${address} ${port} ${text(member)}${check ? ` ${JSON.stringify(check)}` : ""}`,
    ),
  ]);
}

/** The values that are not the usual ones. */
function text(values: object): string {
  const usual: unknown[] = [false, undefined];
  return Object.entries(values)
    .filter(
      ([name, value]) => !usual.includes(value) && !(name === "weight" ? value === 1 : value === 0),
    )
    .map(
      ([name, value]) =>
        `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
    )
    .join(" ");
}

function answer({ files, options = {} }: Order): object {
  try {
    const { tableFile } = options;
    const written =
      tableFile === undefined
        ? importFiles(files, options)
        : writeProgram(readSource(files[0] ?? "", options.format), { sources: files, tableFile });
    return { ...written, services: servicesIn(files, options) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const [orders, output] = JSON.parse(process.argv[2] ?? "[]") as [Order[], string];
writeFileSync(
  output,
  JSON.stringify({
    answers: orders.map(answer),
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
