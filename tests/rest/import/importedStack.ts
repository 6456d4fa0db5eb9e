import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { stringify } from "yaml";
import { Project, root } from "../../support/pulumi/project";
import { Stack, type Stacks } from "../stacks";

const name = "imported";

/** A stack whose program an import writes: one after the other, as each is destroyed before the next. */
export class ImportedStack extends Stack {
  private hasProgram = false;

  static async make(stacks: Stacks): Promise<ImportedStack> {
    const project = new Project();
    symlinkSync(join(stacks.compiled(root), "components"), join(project.folder, "components"));
    const description = {
      ...{ name, main: "index.js" },
      runtime: { name: "nodejs", options: { typescript: false } },
      plugins: { providers: [{ name: "command", path: join(root, "providers/command") }] },
    };
    project.write("Pulumi.yaml", stringify(description));
    project.write("package.json", "{}");
    await project.pulumi("stack", "init", name, "--no-select");
    return new ImportedStack(project, name);
  }

  /** The program's file, which an import writes. */
  get program(): string {
    return join(this.project.folder, "index.ts");
  }

  /**
   * Declares what the program's file says from now on.
   * @param edit What a person changes before it runs.
   */
  declare(settings: Record<string, string>, edit = (text: string) => text): void {
    const text = edit(readFileSync(this.program, "utf8"));
    const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "node20" });
    this.project.write("index.js", code);
    this.hasProgram = true;
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`${name}:${key}`, value]),
    );
    this.project.write(`Pulumi.${name}.yaml`, stringify({ config }));
  }

  /** Destroys what the program has made, and makes room for another one. */
  async end(): Promise<void> {
    if (this.hasProgram) {
      this.hasProgram = false;
      await this.destroy();
    }
    for (const file of ["index.ts", "services.yaml"]) {
      rmSync(join(this.project.folder, file), { force: true });
    }
  }
}
