import { serviceKeyOf } from "../ipvs/parseLines";
import { OwnershipRecord, wordsOf } from "./hostState";

/** Sentences about an object that was made with settings other than these, which its comparison cannot see. */
export function otherSettings(title: string, lines: string[], record: OwnershipRecord): string[] {
  if (record.inPlace) {
    return [`${title} is as an update has made it that the state does not know`];
  }
  if ([...lines, ...record.settings].some((line) => line.startsWith("-"))) {
    return otherLines(lines, record.settings);
  }
  const [shall, is] = [wordsOf(lines), wordsOf(record.settings)];
  return [...new Set([...shall.keys(), ...is.keys()])].flatMap((key) => {
    const [a = "none", b = "none"] = [shall.get(key), is.get(key)];
    return a === b ? [] : [`${title} has ${key.replace("_", " ")} ${b}, not ${a}`];
  });
}

/** Services and members that are there and are not declared. */
function otherLines(lines: string[], made: string[]): string[] {
  const shall = new Set(lines.map(named));
  return made
    .filter((line) => line.startsWith("-") && !shall.has(named(line)))
    .map((line) => {
      const [, server] = / -r (\S+)/.exec(line) ?? [];
      return server === undefined
        ? `virtual service ${serviceKeyOf(line)} is there, and not declared`
        : `real server ${server} of ${serviceKeyOf(line)} is there, and not declared`;
    });
}

function named(line: string): string {
  return line.replace(/ -s .*/, "").replace(/( -r \S+).*/, "$1");
}
