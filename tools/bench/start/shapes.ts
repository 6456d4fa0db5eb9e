import { readFileSync, readdirSync } from "node:fs";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { type Shape, stackOf } from "../../../lab/shapes.js";
import { readLab } from "../../../providers/qemu/settings.js";

/** One `npm start` of a shape. */
export interface ShapeStart {
  shape: Shape;
  /** Seconds until the proof was shown, and until the end, which in some shapes has a failover before it. */
  proof: number;
  all: number;
  /** Seconds that processors of this computer were busy until the proof, with whatever else it did. */
  busy: number;
  /** The most memory (PSS) of each QEMU process, MiB, by machine; and that of the switch. */
  memory: Record<string, number>;
}

/** The table at the end of the proof begins with it. */
const proofEnd = "IP Virtual Server version";
/** How often memory is read, milliseconds. */
const interval = 1000;

/** Brings a shape up from nothing, with everything cached, and takes it down. @throws Error when one fails. */
export async function startShape(project: string, shape: Shape): Promise<ShapeStart> {
  const stack = stackOf(shape);
  const titles = titlesOf(project, stack);
  const memory: Record<string, number> = {};
  const begin = performance.now();
  const busyBefore = busySeconds();
  const passed = () => Math.round((performance.now() - begin) / 100) / 10;
  const sampling = setInterval(() => {
    for (const [name, size] of memoryOf(titles)) {
      memory[name] = Math.max(memory[name] ?? 0, size);
    }
  }, interval);
  try {
    const child = execa("npm", ["start", "--", "--shape", shape], {
      ...{ cwd: project, stdin: "ignore", stderr: "inherit" },
    });
    let [proof, busy] = [NaN, NaN];
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith(proofEnd)) {
        proof = passed();
        busy = Math.round(10 * (busySeconds() - busyBefore)) / 10;
      }
    });
    await child;
    return { shape, proof, all: passed(), busy, memory };
  } finally {
    clearInterval(sampling);
    await execa("npm", ["run", "-s", "destroy", "--", "--stack", stack], { cwd: project });
  }
}

/** The seconds that all processors have been busy since the computer began. */
function busySeconds(): number {
  const milliseconds = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
  return milliseconds.reduce((sum, one) => sum + one) / 1000;
}

/** The titles of a stack's QEMU processes, by what they are. */
function titlesOf(project: string, stack: string): Map<string, string> {
  const { machines, switchTitle } = readLab(project, stack);
  const all = [...machines.values()].map(({ name, title }): [string, string] => [
    nameOf(title),
    name,
  ]);
  return new Map(switchTitle === undefined ? all : [...all, [nameOf(switchTitle), "switch"]]);
}

/** A process's name as both ways to start machines have it: libvirt's is "guest=PROJECT-MACHINE,debug-threads=on". */
function nameOf(title: string): string {
  return title.replace(/^guest=|,.*$/g, "").replaceAll(" ", "-");
}

/** The memory of the QEMU processes that run now. */
function memoryOf(titles: Map<string, string>): [name: string, size: number][] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        const name = titles.get(nameOf(words[words.indexOf("-name") + 1] ?? ""));
        const rollup = name && readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
        const [, size] = /^Pss: +(\d+) kB$/m.exec(rollup ?? "") ?? [];
        return name && size ? [[name, Math.round(Number(size) / 1024)] as [string, number]] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
