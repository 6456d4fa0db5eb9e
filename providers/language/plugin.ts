import type { ServerWritableStream } from "@grpc/grpc-js";
import { RunPluginResponse, type RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";
import { endingInWords, type Child, type Children } from "./children";
import { locate } from "./modules";
import { optionVariables, runtimeOptions } from "./options";
import { PolicyProxy } from "./policyProxy";

type Call = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/**
 * Runs a plugin that is written for Node.js: a policy pack, or a provider that is named by its folder. Its output goes
 * to the engine through the call, which ends with it.
 */
export async function runPlugin(children: Children, call: Call): Promise<void> {
  const { request } = call;
  if (request.getAttachDebugger()) {
    throw new Error("This language host attaches no debugger to a plugin.");
  }
  const work = request.getKind() === "analyzer" ? runPolicyPack : runOther;
  await work(children, call);
}

async function runOther(children: Children, call: Call): Promise<void> {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? "";
  const child = start(children, call, {
    script: "@pulumi/pulumi/cmd/run-plugin",
    args: [folder, ...request.getArgsList()],
    cwd: request.getPwd(),
    onStdout: (data) => call.write(new RunPluginResponse().setStdout(data)),
  });
  await untilItEnds(child);
}

/**
 * Runs a policy pack. It reads its stack's name and config from its environment, so it can be started only when the
 * engine has sent them. The engine sends them to the pack's own server, so a proxy stands in for that server until
 * then.
 */
async function runPolicyPack(children: Children, call: Call): Promise<void> {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? "";
  const proxy = await PolicyProxy.listen();
  call.once("close", () => {
    proxy.close();
  });
  try {
    call.write(new RunPluginResponse().setStdout(Buffer.from(`${proxy.port}\n`)));
    const variables = await proxy.variables;
    const child = start(children, call, {
      script: "@pulumi/pulumi/cmd/run-policy-pack",
      // Unlike other plugins, a policy pack takes its folder as the last argument; and it has always run in it.
      args: [...request.getArgsList(), folder],
      cwd: folder,
      variables,
      onStdout: proxy.afterPort((data) => call.write(new RunPluginResponse().setStdout(data))),
    });
    await untilItEnds(child);
  } finally {
    proxy.close();
  }
}

interface Start {
  script: string;
  args: string[];
  cwd: string;
  variables?: Record<string, string>;
  onStdout: (data: Buffer) => void;
}

function start(children: Children, call: Call, { script, args, cwd, ...how }: Start): Child {
  const info = call.request.getInfo();
  const options = runtimeOptions(info);
  const file = locate(script, info?.getProgramDirectory() ?? cwd);
  const child = children.start(process.execPath, [...options.nodeargs, file, ...args], {
    cwd,
    env: { ...environment(call.request), ...optionVariables(options), ...how.variables },
    onStdout: how.onStdout,
    onStderr: (data) => call.write(new RunPluginResponse().setStderr(data)),
  });
  call.once("cancelled", () => void child.stop());
  return child;
}

/** The engine sends the whole environment, as "NAME=value"; the later of two counts. */
function environment(request: RunPluginRequest): Record<string, string> {
  return Object.fromEntries(
    request.getEnvList().map((entry) => {
      const end = entry.indexOf("=");
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}

async function untilItEnds(child: Child): Promise<void> {
  const ending = await child.ended;
  if (ending.code !== 0) {
    throw new Error(`The plugin ended with ${endingInWords(ending)}`);
  }
}
