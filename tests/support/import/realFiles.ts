import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Registered } from "../pulumi/mocks";

/** The folder of the files in the shape of real ones, with documentation addresses. */
export const realFolder = join(__dirname, "../../import");

/** Those files: "keepalived/web-nat.conf". Files that others include are in folders of their own. */
export const realFiles = ["keepalived", "ldirectord", "ipvsadm", "ipvsctl"].flatMap((folder) =>
  readdirSync(join(realFolder, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${folder}/${name}`),
);

/** The kernel's table of a file, as `ipvsadm -Sn` prints it, with thresholds. */
export function tableOf(file: string): string[] {
  const name = file.replace("/", "-").replace(/\.\w+$/, ".rules");
  return readFileSync(join(realFolder, "tables", name), "utf8")
    .trim()
    .split("\n");
}

/** The lines of ipvsadm that a program's services stand for; directors that share addresses have the same. */
export function linesOf(resources: Registered[]): string[] {
  const lines = resources
    .filter(({ type }) => type === "command:remote:Command")
    .flatMap(({ inputs }) => String(inputs.stdin).split("\n"))
    .filter((line) => /^-[Aa] /.test(line));
  return [...new Set(lines)];
}
