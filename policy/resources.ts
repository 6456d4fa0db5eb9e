/** The program's own resources, as policies see them: a component's inputs under its type token. */
export const types = {
  service: "ipvs-lab:index:IpvsService",
  /** Many services at once; its inputs summarise them. */
  table: "ipvs-lab:index:IpvsTable",
  realServer: "ipvs-lab:index:RealServer",
  redirect: "ipvs-lab:index:StaticRedirect",
  vip: "ipvs-lab:index:Vip",
} as const;

/** The value in `Resource.props` of something that a preview does not know yet. */
export const unknown = Symbol("not known before the update");

/** A resource, in plain values. */
export interface Resource {
  type: string;
  /** The last part of its type, as the program calls it: IpvsService, Command. */
  kind: string;
  name: string;
  urn: string;
  /** Inputs in a resource policy, outputs in a stack policy. */
  props: Record<string, unknown>;
  /** Outputs that its SDK declares to be secret. An input of that name is secret as well. */
  secretOutputs: string[];
}

/** A member of a service. Values that are unknown or not given are undefined. */
export interface Member {
  /** Its name, or else its place in the list. */
  name: string;
  /** True if it is a RealServer, which is a resource of its own. */
  isResource: boolean;
  address?: string;
  port?: number;
  weight?: number;
  forwarding?: string;
}

/** The fields of a resource that Pulumi passes to a policy. */
interface Handed {
  type: string;
  name: string;
  urn: string;
  props: Record<string, unknown>;
  opts: { additionalSecretOutputs: string[] };
}

export function resourceOf(handed: Handed): Resource {
  const { type, name, urn } = handed;
  return {
    type,
    kind: type.split(":").pop() ?? type,
    name,
    urn,
    props: record(plain(handed.props)),
    secretOutputs: handed.opts.additionalSecretOutputs,
  };
}

/** The members of a service; undefined while they are not known. */
export function membersOf(service: Resource): Member[] | undefined {
  const { members } = service.props;
  return Array.isArray(members) ? members.map((m, i) => member(record(m), i)) : undefined;
}

/** The members of a service that are no resources, so that only the service can report them. */
export function plainMembersOf(service: Resource): Member[] {
  return membersOf(service)?.filter(({ isResource }) => !isResource) ?? [];
}

function member(props: Record<string, unknown>, index: number): Member {
  return {
    name: text(props.name) ?? String(index),
    isResource: "name" in props,
    address: text(props.address),
    port: integerOf(props.port),
    weight: integerOf(props.weight),
    forwarding: text(props.forwarding),
  };
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The strings of a list; empty for other values. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((item) => text(item) ?? []) : [];
}

export function integerOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * A copy in plain values. Pulumi's proxy throws when an unknown value is read, which would end the policy for the whole
 * resource. In the copy only that value is `unknown`.
 */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const from = value as Record<string, unknown>;
  const entries = Object.keys(from).map((key) => [key, plain(read(from, key))] as const);
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function read(from: Record<string, unknown>, key: string): unknown {
  try {
    return from[key];
  } catch {
    return unknown;
  }
}
