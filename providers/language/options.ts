import { parseArgs } from "node:util";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** What the engine passes on the command line. */
export interface Flags {
  version: boolean;
  /** The endpoint for traces, to be handed on to programs. */
  tracing: string | undefined;
  /** Address of the engine, "host:port"; without one, Handshake says it. */
  engine: string | undefined;
}

/** Reads Go's kind of flags, which have one dash or two. Unknown ones, such as -v=3, are ignored. */
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
 * @throws one that has another type than it should, by name
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

/** What the SDK's start scripts read from the environment. */
export function optionVariables({ typescript, tsconfig }: RuntimeOptions): Record<string, string> {
  return {
    ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
  };
}

/** Splits as a shell would: at blanks, but not within quotes; a backslash keeps what follows it. */
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
