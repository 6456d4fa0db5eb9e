import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { destroyLab } from "../../cli/commands/destroy.js";
import { cache, jestProgram, root } from "../../lab/paths.js";
import { builtBox } from "../../providers/qemu/box.js";
import { type BoxName, everyBox } from "../../providers/qemu/boxes.js";
import { type Row, passed, skipped } from "./table.js";

/** A system is a target when there is a box of it. */
export const targets: readonly string[] = everyBox;

/** What the lab's tests prove, by their files in tests/lab and their names. */
const proofs: Record<string, { file: string; tests?: RegExp }> = {
  "up, proof": { file: "up/1-up" },
  "empty previews": { file: "workshop/4-drift", tests: /previews? in a row|preview is empty$/ },
  drifts: { file: "workshop/4-drift", tests: /^after .* names each/ },
  "limited login": { file: "workshop/5-ownership", tests: /so few rights/ },
  "import, adopt": { file: "workshop/5-ownership", tests: /^import prints|stacks|the two/ },
  keepalived: { file: "keepalived/keepalived" },
  destroy: { file: "destroy/9-destroy" },
};
export const targetColumns = Object.keys(proofs);
const stack = "test";

/** What Jest says of a run. */
interface Report {
  testResults: {
    name: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Runs the lab's tests on machines of a system. */
export async function onTarget(name: string, cancelSignal: AbortSignal): Promise<Row> {
  mkdirSync(join(cache, "systems"), { recursive: true });
  const file = join(cache, "systems", `${name}-${process.pid}.json`);
  const selection = `tests/lab/(${Object.values(proofs)
    .map(({ file }) => file)
    .join("|")})`;
  const jest = [
    jestProgram,
    "--selectProjects",
    "lab",
    "--runInBand",
    "--testPathPatterns",
    selection,
  ];
  const order = ["--testSequencer", "./tests/lab/sequencer.cjs"];
  try {
    await execa(process.execPath, [...jest, ...order, "--json", `--outputFile=${file}`], {
      ...{ cwd: root, reject: false, cancelSignal, stdio: ["ignore", "ignore", "inherit"] },
      env: { IPVS_LAB_BOX: name },
    });
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    return rowOf(name, `Linux ${kernelOf(name as BoxName)}`, report);
  } finally {
    rmSync(file, { force: true });
    process.env.IPVS_LAB_BOX = name;
    await destroyLab(stack);
  }
}

export function rowOf(name: string, versions: string, { testResults }: Report): Row {
  const cells = Object.values(proofs).map(({ file, tests = /(?:)/ }) => {
    const found = testResults
      .filter((result) => result.name.includes(`/${file}.test.ts`))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ title, status }) => tests.test(title) && /^(passed|failed)$/.test(status));
    const good = found.filter(({ status }) => status === "passed").length;
    if (found.length === 0) {
      return skipped;
    }
    return good === found.length ? passed() : `${found.length - good} of ${found.length} failed`;
  });
  const said = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ failureMessages }) => failureMessages),
  );
  return { name, versions, cells, said };
}

/** The kernel's release in a box's image, where the boot protocol of Linux on x86 has it (kernel_version, at 0x20e). */
function kernelOf(name: BoxName): string {
  const image = readFileSync(builtBox(name).kernel);
  const start = image.readUInt16LE(0x20e) + 0x200;
  return image.subarray(start, image.indexOf(0, start)).toString().split(" ", 1)[0] ?? "";
}
