import { parseArgs } from "node:util";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** The flags that the engine passes on the command line. */
export interface Flags {
  version: boolean;
  /** The endpoint for traces of programs. */
  tracing: string | undefined;
  /** The engine's address, "host:port"; without one, Handshake brings it. */
  engine: string | undefined;
}

/** Parses flags of Go's kind, with one dash or two. Unknown ones, such as -v=3, are ignored. */
export function parseFlags(args: string[]): Flags {
  const { values, positionals } = parseArgs({
    args: args.map((arg) => arg.replace(/^-{1,2}(?=[a-z])/, "--")),
    options: { version: { type: "boolean" }, tracing: { type: "string" } },
    allowPositionals: true,
    strict: false,
  });
  return {
    version: values.version === true,
    tracing: typeof values.tracing === "string" ? values.tracing : undefined,
    engine: positionals[0],
  };
}

/** `runtime: options:` of a project or a policy pack. */
export interface RuntimeOptions {
  typescript: boolean;
  tsconfig: string | undefined;
  /** Arguments for Node.js itself. */
  nodeargs: string[];
}

/**
 * The options of a program.
 * @throws Error that names an option of the wrong type.
 */
export function runtimeOptions(info: ProgramInfo | undefined): RuntimeOptions {
  const given = info?.getOptions()?.toJavaScript() ?? {};
  const { typescript = true } = given;
  if (typeof typescript !== "boolean") {
    throw new Error("runtime option typescript: it is true or false");
  }
  const text = (name: string): string | undefined => {
    const value = given[name];
    if (value !== undefined && typeof value !== "string") {
      throw new Error(`runtime option ${name}: it is a string`);
    }
    return value;
  };
  const manager = text("packagemanager") ?? "auto";
  if (manager !== "auto" && manager !== "npm") {
    throw new Error(`runtime option packagemanager: this language host knows npm, not ${manager}`);
  }
  return { typescript, tsconfig: text("tsconfig"), nodeargs: words(text("nodeargs") ?? "") };
}

/** The environment variables that the SDK's start scripts read. */
export function optionVariables({ typescript, tsconfig }: RuntimeOptions): Record<string, string> {
  return {
    ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
  };
}

/** Splits as a shell would: at blanks outside of quotes; a backslash keeps the next character. */
export function words(line: string): string[] {
  const found = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs) ?? [];
  return found.map((word) =>
    word.replace(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs,
      (_all, double?: string, single?: string, escaped?: string) =>
        double?.replace(/\\(["\\$`])/g, "$1") ?? single ?? escaped ?? "",
    ),
  );
}
