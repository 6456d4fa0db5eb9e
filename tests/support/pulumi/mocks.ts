import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** A resource as the program registered it. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  parent: string;
  /** Names of the resources that it waits for. */
  dependencies: string[];
  /** Name of the resource whose deletion deletes this too. */
  deletedWith: string;
}

const outputs: Record<string, Record<string, unknown>> = {
  "vagrant:index:Machine": {
    host: "127.0.0.1",
    port: 2201,
    user: "vagrant",
    privateKey: "PRIVATE",
    hostKey: "ssh-ed25519 AAAA",
    identityFile: "/key",
    bootId: "b00t",
    state: "running",
  },
  "command:remote:Command": { stdout: "" },
};

/**
 * Runs a program against mocks and returns what it registered, in order.
 * @throws what the program throws
 */
export async function registered(program: () => unknown): Promise<Registered[]> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => ({
        id: `${args.name}-id`,
        state: { ...(args.inputs as object), ...outputs[args.type] },
      }),
      call: () => ({}),
    },
    "ipvs-lab",
    "dev",
    false,
  );
  const spy = jest.spyOn(MockMonitor.prototype, "registerResource");
  // The SDK takes a stack trace for each of its promises, and jest would find the source of every frame at once.
  const { stackTraceLimit } = Error;
  const prepareStackTrace: unknown = Reflect.get(Error, "prepareStackTrace");
  Error.stackTraceLimit = 3;
  Error.prepareStackTrace = (error, frames) => [error, ...frames].map(String).join("\n    at ");
  try {
    try {
      program();
    } finally {
      // Registrations go on after the program has returned, or thrown.
      await pulumi.runtime.disconnect();
    }
    for (const [request] of spy.mock.calls as unknown as [Request][]) {
      resources.push({
        type: request.getType(),
        name: request.getName(),
        inputs: pulumi.runtime.deserializeProperties(request.getObject()),
        parent: lastPart(request.getParent()),
        dependencies: request.getDependenciesList().map(lastPart).sort(),
        deletedWith: lastPart(request.getDeletedwith()),
      });
    }
    return resources;
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
    spy.mockRestore();
  }
}

/** The one resource of that name among the Commands. */
export function command(resources: Registered[], name: string): Registered {
  const [found, ...more] = resources.filter(
    (r) => r.type === "command:remote:Command" && r.name === name,
  );
  if (!found || more.length > 0) {
    throw new Error(`${more.length + (found ? 1 : 0)} commands are called ${name}`);
  }
  return found;
}

interface Request {
  getType(): string;
  getName(): string;
  getObject(): never;
  getParent(): string;
  getDependenciesList(): string[];
  getDeletedwith(): string;
}

function lastPart(urn: string): string {
  return urn.split("::").pop() ?? "";
}
