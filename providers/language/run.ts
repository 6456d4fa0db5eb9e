import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { endingInWords, type Children, type Ending } from "./children";
import { locate } from "./modules";
import { optionVariables, runtimeOptions } from "./options";

// The SDK's exit code after it has told the user about an error itself.
const alreadyReported = 32;

/** The addresses of the engine and of the endpoint for traces. */
export interface Addresses {
  engine: string;
  tracing: string | undefined;
}

/** Runs a program to its end. Its failure is part of the response; nothing is thrown. */
export async function run(
  children: Children,
  request: RunRequest,
  addresses: Addresses,
): Promise<RunResponse> {
  try {
    return await runProgram(children, request, addresses);
  } catch (error) {
    return new RunResponse().setError((error as Error).message);
  }
}

async function runProgram(
  children: Children,
  request: RunRequest,
  addresses: Addresses,
): Promise<RunResponse> {
  if (request.getAttachDebugger()) {
    throw new Error(
      "This language host attaches no debugger. Debug the program with `nodeargs: --inspect-brk`.",
    );
  }
  const info = request.getInfo();
  const options = runtimeOptions(info);
  const script = locate("@pulumi/pulumi/cmd/run", info?.getProgramDirectory() ?? request.getPwd());
  const program = children.start(
    process.execPath,
    [...options.nodeargs, script, ...programArguments(request, addresses)],
    {
      env: {
        ...process.env,
        ...optionVariables(options),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      // The engine shows this process's output.
      onStdout: (data) => process.stdout.write(data),
      onStderr: (data) => process.stderr.write(data),
    },
  );
  return response(await program.ended);
}

/** The command line of the SDK's start script, without empty options. */
export function programArguments(request: RunRequest, { engine, tracing }: Addresses): string[] {
  const info = request.getInfo();
  const named = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory(),
    stack: request.getStack(),
    pwd: info?.getProgramDirectory(),
    parallel: String(request.getParallel()),
    tracing,
  };
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

/** The response to the engine about a program's end. */
export function response(ending: Ending): RunResponse {
  if (ending.code === alreadyReported) {
    return new RunResponse().setBail(true);
  }
  if (ending.code === 0) {
    return new RunResponse();
  }
  const memory =
    ending.signal === "SIGABRT"
      ? "; if it ran out of memory, set `nodeargs: --max-old-space-size=MEGABYTES` under " +
        "`runtime: options:` of Pulumi.yaml"
      : "";
  return new RunResponse().setError(`The program ended with ${endingInWords(ending)}${memory}`);
}
