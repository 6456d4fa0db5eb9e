import { compileFunction } from "node:vm";
import { transformSync } from "esbuild";
import { applyCallOf } from "../../../components/host/applyCall.js";
import { wordsOf } from "../../../components/host/quoting.js";
import { from, pulumiSdk } from "../load.js";

/** One call of the program that runs on machines, as a resource of an imported program has it. */
export interface Call {
  kind: string;
  /** PROJECT/STACK/NAME. */
  owner: string;
  /** What the call reads. */
  stdin: string;
}

/** Values of the settings that a program asks for and that change nothing of what it declares. */
const placeholders: [end: RegExp, value: string][] = [
  [/privatekey$/i, "-----BEGIN PRIVATE KEY-----\n"],
  [/hostkey$/i, "ssh-ed25519 AAAA"],
  [/sshhost$/i, "host.invalid"],
];

/**
 * The calls that an imported program makes on its first machine, in their order. The program runs in this process, and
 * Pulumi's engine, which would run the calls, does not.
 * @throws Error where the components refuse what is declared.
 */
export async function callsOf(program: string): Promise<Call[]> {
  const pulumi = pulumiSdk();
  const commands: Record<string, unknown>[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type === "command:remote:Command") {
          commands.push(inputs as Record<string, unknown>);
        }
        return { id: name, state: inputs as object };
      },
      call: () => ({}),
    },
    "import",
    "check",
    true,
  );
  for (const [, key = ""] of program.matchAll(/config\.require(?:Secret)?\("(\w+)"\)/g)) {
    const [, value] = placeholders.find(([end]) => end.test(key)) ?? [];
    if (value === undefined) {
      throw new Error(`the program asks for the setting ${key}; name it with --${key}`);
    }
    pulumi.runtime.setConfig(`import:${key}`, value);
  }
  run(program);
  // Registrations go on after the program has returned.
  await pulumi.runtime.disconnect();
  const calls = commands.flatMap((inputs) => callOf(inputs) ?? []);
  return calls.filter(({ host }) => host === calls[0]?.host);
}

function run(program: string): void {
  const { code } = transformSync(program, { loader: "ts", format: "cjs", target: "node20" });
  const modules: Record<string, unknown> = {
    "@pulumi/pulumi": pulumiSdk(),
    "./components": from("index.ts"),
  };
  const body = compileFunction(code, ["require", "module", "exports"]) as (
    require: (name: string) => unknown,
    module: object,
    exports: object,
  ) => void;
  body((name) => modules[name], {}, {});
}

function callOf({ create, stdin, connection }: Record<string, unknown>) {
  const [kind = "", verb, owner = ""] = applyCallOf(wordsOf(text(create)))?.words ?? [];
  return verb === "apply"
    ? { kind, owner, stdin: text(stdin), host: hostOf(connection) }
    : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The address of a connection, which is secret as a whole because a private key is in it. */
function hostOf(connection: unknown): unknown {
  const { value = connection } = fieldsOf(connection);
  return fieldsOf(value).host;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
