import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LinkResponse, type LinkRequest, type ProgramInfo } from "@pulumi/pulumi/proto/language_pb";
import { endingInWords, type Children } from "./children";
import { runtimeOptions } from "./options";

/** Makes SDKs in the program's folder its dependencies, and tells the import lines. */
export async function link(children: Children, request: LinkRequest): Promise<LinkResponse> {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? "";
  const typescript = isTypeScript(info, folder);
  const imports: string[] = [];
  for (const dependency of request.getPackagesList()) {
    const path = dependency.getPath();
    const sdk = join(info?.getRootDirectory() ?? folder, path, "package.json");
    const { name } = JSON.parse(readFileSync(sdk, "utf8")) as { name: string };
    await npm(children, folder, "pkg", "set", `dependencies.${name}=file:${path}`);
    const its = dependency.getPackage();
    const variable = camel(its?.getParameterization()?.getName() ?? its?.getName() ?? name);
    imports.push(
      typescript
        ? `  import * as ${variable} from "${name}";\n`
        : `  const ${variable} = require("${name}");\n`,
    );
  }
  const language = typescript ? "TypeScript" : "JavaScript";
  return new LinkResponse().setImportInstructions(
    `You can import the SDK in your ${language} code with:\n\n${imports.join("")}`,
  );
}

/** A program is TypeScript unless its options say otherwise and it has no tsconfig.json. */
function isTypeScript(info: ProgramInfo | undefined, folder: string): boolean {
  const { typescript, tsconfig } = runtimeOptions(info);
  return typescript || tsconfig !== undefined || isBelow("tsconfig.json", folder);
}

/** True when a file of this name is in the folder or in one above it. */
function isBelow(name: string, folder: string): boolean {
  return (
    existsSync(join(folder, name)) || (folder !== dirname(folder) && isBelow(name, dirname(folder)))
  );
}

async function npm(children: Children, cwd: string, ...args: string[]): Promise<void> {
  const said: Buffer[] = [];
  const keep = (data: Buffer) => said.push(data);
  // `npm run --silent` would silence this npm, too.
  const words = [...args, "--loglevel=error"];
  const ending = await children.start("npm", words, { cwd, onStdout: keep, onStderr: keep }).ended;
  if (ending.code !== 0) {
    const why = Buffer.concat(said).toString().trim();
    throw new Error(`npm ${args.join(" ")} ended with ${endingInWords(ending)}: ${why}`);
  }
}

/** A package's name as a variable: "ipvs-lab" is ipvsLab. */
function camel(name: string): string {
  const joined = name.replace(/-+(.?)/g, (_all, letter: string) => letter.toUpperCase());
  return joined.replace(/^[A-Z]+/, (capitals) => capitals.toLowerCase());
}
