import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { blocks } from "../../support/guide";
import { root } from "../../support/pulumi/project";

const all = blocks("operations.md");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const text = readFileSync(join(root, "docs/operations.md"), "utf8");

/** The options that a command of this project takes. */
function optionsOf(command: string): string[] {
  const args = [join(root, "setup/bootstrap.mjs"), command, "--help"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return stdout.match(/^ {2}--[\w-]+/gm)?.map((option) => option.trim()) ?? [];
}

test("each npm command is there, and takes the options that it is given", () => {
  const commands = [...text.matchAll(/npm run (?:-s )?([\w:-]+)(?: -- ([^\n`|]*))?/g)];
  expect(commands.length).toBeGreaterThan(5);
  const known = new Map<string, string[]>();
  const wrong = commands.filter(([, name = "", words = ""]) => {
    const options = words.match(/--[\w-]+/g) ?? [];
    const allowed = options.length === 0 ? [] : (known.get(name) ?? optionsOf(name));
    if (options.length > 0) {
      known.set(name, allowed);
    }
    return !(name in scripts) || options.some((option) => !allowed.includes(option));
  });
  expect(wrong.map(([line]) => line)).toEqual([]);
});

test("the table has each option of drift", () => {
  const rows = text.split("\n").filter((line) => line.startsWith("| `--"));
  for (const option of optionsOf("drift")) {
    expect(rows.some((row) => row.includes(option))).toBe(true);
  }
});

test("the units are a service and its timer", () => {
  const units = all.filter(({ language }) => language === "ini").map(({ lines }) => lines);
  expect(units.map(([name]) => name?.split("/").at(-1))).toEqual([
    "ipvs-lab-drift.service",
    "ipvs-lab-drift.timer",
  ]);
  for (const unit of units) {
    expect(
      unit.slice(1).filter((line) => !/^(\[[A-Z]\w+\]|[A-Z]\w+=\S.*|# .*|)$/.test(line)),
    ).toEqual([]);
  }
});

test("the workflow previews on a pull request, in an example that is there", () => {
  const [block] = all.filter(({ language }) => language === "yaml");
  const workflow = parse(block?.lines.join("\n") ?? "") as {
    on: string;
    jobs: Record<string, { steps: { run?: string }[] }>;
  };
  expect(workflow.on).toBe("pull_request");
  const run = workflow.jobs.preview?.steps.flatMap((step) => step.run ?? []).join("\n") ?? "";
  const [, folder = ""] = /pulumi preview --cwd (\S+)/.exec(run) ?? [];
  expect(readFileSync(join(root, folder, "Pulumi.yaml"), "utf8")).toContain("name:");
});
