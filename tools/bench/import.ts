import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { root } from "../../lab/paths.js";
import { seconds } from "./start/seconds.js";
import { keepalivedConf } from "./work.js";

/** What bare `npm run import` takes, which the others are compared with. */
export const start = "no file, `--help`";
const services = [18, 180];

/** Measures `npm run import` of a keepalived.conf of two lengths beside its bare start, in turns: seconds by name. */
export async function measureImport(
  rounds: number,
  note: (line: string) => void,
): Promise<Record<string, number[]>> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-import-"));
  const out = join(folder, "out");
  try {
    const ways: [string, string[]][] = [
      [start, ["--help"]],
      ...services.map((count): [string, string[]] => {
        const file = join(folder, `${count}.conf`);
        const text = keepalivedConf(count);
        writeFileSync(file, text);
        const lines = text.split("\n").length - 1;
        return [`${lines.toLocaleString("en")} lines`, [file, "--out", join(out, "program.ts")]];
      }),
    ];
    const figures: Record<string, number[]> = {};
    for (let round = 1; round <= rounds; round++) {
      for (const [name, words] of ways) {
        rmSync(out, { recursive: true, force: true });
        mkdirSync(out);
        const took = await seconds(() =>
          execa("npm", ["run", "-s", "import", "--", ...words], { cwd: root }),
        );
        (figures[name] ??= []).push(took);
        note(`round ${round}: ${name} ${took} s`);
      }
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
