import * as pulumi from "@pulumi/pulumi";
import { known } from "../known";
import { childUrns, earlierUrns } from "./urns";

/** One of the program's Commands in Pulumi's state. */
export interface Recorded {
  /** Its URN in the state. */
  urn: string;
  /** "host" for the one that puts the program in place, else the kind of its object. */
  kind: string;
  /** PROJECT/STACK/NAME, as its deletion names it. */
  owner: string;
  /** The last input of its script. */
  stdin: string;
  /** The first word of its deletion behind the owner: the name of a keepalived, or seconds. */
  option?: string;
  /** The name that its Host had when it was made. */
  label: string;
  /** The other values whose change replaces it. */
  identity: string[];
  /** The machine that it is on. */
  connection?: RecordedConnection;
}

/** The connection over which the machine of a Command was reached. */
export interface RecordedConnection {
  host: string;
  port?: number;
  user?: string;
  privateKey?: string;
  hostKey?: string;
  proxy?: Omit<RecordedConnection, "proxy">;
}

/** The Commands in a state by their URNs. */
export type State = Map<string, Recorded> & {
  /** The names of its Hosts. */
  hosts?: Set<string>;
  /** The Commands by their names. */
  byName?: Map<string, Recorded[]>;
};

export const commandType = "command:remote:Command";
const states = new WeakMap<object, Promise<State>>();

/**
 * The state as it was before this run changed anything. A program can read it only through one function of the engine
 * itself. Empty if that function is not available.
 */
export function readState(): Promise<State> {
  const engine = pulumi.runtime.getMonitor() as object | undefined;
  if (engine === undefined) {
    return Promise.resolve(new Map<string, Recorded>());
  }
  const reading = states.get(engine) ?? read();
  states.set(engine, reading);
  return reading;
}

/** A Command in the state, even under an earlier name. */
export async function recordOf(
  name: string,
  parent: pulumi.Resource | undefined,
  resource: pulumi.Resource | undefined,
): Promise<Recorded | undefined> {
  const state = await readState();
  if (state.size === 0) {
    return undefined;
  }
  const urn = await known(pulumi.createUrn(name, commandType, parent));
  const found = state.get(urn ?? "");
  if (found !== undefined) {
    return found;
  }
  const earlier = resource
    ? await earlierUrns(resource)
    : parent
      ? await childUrns(parent, name, commandType)
      : [];
  return earlier.map((one) => state.get(one)).find((one) => one !== undefined);
}

async function read(): Promise<State> {
  const [stack, project] = [pulumi.getStack(), pulumi.getProject()];
  // Backends without organisations know the stack by its name alone.
  const names = [`${organization()}/${project}/${stack}`, stack];
  for (const stackName of names) {
    try {
      const token = "pulumi:pulumi:readStackResourceOutputs";
      const answer: unknown = await pulumi.runtime.invoke(token, { stackName });
      return stateOf((plain(answer) as { outputs?: Outputs } | undefined)?.outputs ?? {});
    } catch (error) {
      pulumi.log
        .debug(`the state of ${stackName} cannot be read: ${String(error)}`)
        .catch(() => undefined);
    }
  }
  return new Map();
}

/**
 * The organisation. A component in a plugin is not told it, and gets the name that backends without organisations use.
 */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "organization";
  }
}

/** The value without the SDK's secret marks; a secret within a secret still has one. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return pulumi.runtime.isRpcSecret(value)
    ? plain(pulumi.runtime.unwrapRpcSecret(value))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

type Outputs = Record<string, { type?: string; outputs?: CommandOutputs } | undefined>;

interface CommandOutputs {
  delete?: unknown;
  stdin?: unknown;
  connection?: unknown;
  triggers?: unknown;
}

/** Parses the engine's answer. */
export function stateOf(resources: Outputs): State {
  const state: State = new Map<string, Recorded>();
  const byName = new Map<string, Recorded[]>();
  state.byName = byName;
  state.hosts = new Set(
    Object.keys(resources).flatMap(
      (urn) => /(?:::|\$)ipvs-lab:index:Host::(.*)$/.exec(urn)?.[1] ?? [],
    ),
  );
  for (const [urn, resource] of Object.entries(resources)) {
    const { delete: removal, stdin, connection, triggers } = resource?.outputs ?? {};
    const [, kind, owner = "", option] =
      removes.exec(typeof removal === "string" ? removal : "") ?? [];
    const [label, ...identity] = Array.isArray(triggers) ? triggers.map(String) : [];
    if (kind !== undefined && typeof stdin === "string") {
      const recorded = {
        urn,
        kind,
        owner,
        stdin,
        option,
        label: label ?? "",
        identity,
        connection: isConnection(connection) ? connection : undefined,
      };
      state.set(urn, recorded);
      const name = urn.slice(urn.lastIndexOf("::") + 2);
      byName.set(name, [...(byName.get(name) ?? []), recorded]);
    }
  }
  return state;
}

/** "…/ipvs-lab-0123456789ab service remove PROJECT/STACK/NAME 30", or "… host uninstall". */
const removes = /\/ipvs-lab-[0-9a-f]+ (\S+) (?:remove (\S+)(?: (\S+))?|uninstall)/;

function isConnection(value: unknown): value is RecordedConnection {
  return typeof value === "object" && value !== null && "host" in value;
}
