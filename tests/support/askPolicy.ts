import {
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
// What Pulumi puts around a resource's properties; not part of its declared interface.
import * as deserialize from "@pulumi/policy/deserialize";
import * as proxy from "@pulumi/policy/proxy";

type Props = Record<string, unknown>;
const { deserializeProperties } = deserialize as unknown as {
  deserializeProperties: (wire: { toJavaScript: () => Props }, keepMarks: boolean) => Props;
};
const { unknownCheckingProxy, unknownStringValue } = proxy as unknown as {
  unknownCheckingProxy: (props: Props) => Props;
  unknownStringValue: string;
};

/** A value that a preview does not know. */
export const notKnown = unknownStringValue;

/** A value that is marked secret, as the engine sends it. */
export function secret(value: unknown): Props {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** A resource as the engine sends it. */
export interface Sent {
  type: string;
  name?: string;
  props: Props;
  secretOutputs?: string[];
}

export const service = (props: Props, name = "web"): Sent => ({
  type: "ipvs-lab:index:IpvsService",
  name,
  props,
});
export const realServer = (props: Props, name = "BACKEND-1"): Sent => ({
  type: "ipvs-lab:index:RealServer",
  name,
  props,
});
export const redirect = (props: Props, name = "redirect"): Sent => ({
  type: "ipvs-lab:index:StaticRedirect",
  name,
  props,
});
export const vip = (props: Props, name = "vip"): Sent => ({
  type: "ipvs-lab:index:Vip",
  name,
  props,
});
export const command = (props: Props, name = "web"): Sent => ({
  type: "command:remote:Command",
  name,
  props,
  secretOutputs: ["connection"],
});

/** What a policy says of one resource. */
export function ask(policy: ResourceValidationPolicy, sent: Sent, config: object = {}): string[] {
  const { validateResource: validate } = policy;
  if (typeof validate !== "function") {
    throw new Error(`${policy.name} has no single function that validates`);
  }
  const [found, report] = collector();
  void validate(handed(sent, config, false), report);
  return found;
}

/** Lets a policy see a resource with its marks, before it is asked to validate any. */
export function showMarks(policy: ResourceValidationPolicy, sent: Sent): unknown {
  return policy.remediateResource?.(handed(sent, {}, true));
}

/** What a policy says of a stack: each message and the name of the resource that it is shown with. */
export function askStack(
  policy: StackValidationPolicy,
  sent: Sent[],
  config: object = {},
): { message: string; at: string }[] {
  const [messages, report, urns] = collector();
  const args = {
    resources: sent.map((s) => handed(s, {}, false)),
    getConfig: () => config,
  } as unknown as StackValidationArgs;
  void policy.validateStack(args, report);
  return messages.map((message, i) => ({ message, at: urns[i]?.split("::").pop() ?? "" }));
}

/** A parameter's default, as the schema has it. */
export function defaultOf(
  policy: ResourceValidationPolicy | StackValidationPolicy,
  name: string,
): unknown {
  return policy.configSchema?.properties[name]?.default;
}

function collector(): [string[], ReportViolation, string[]] {
  const messages: string[] = [];
  const urns: string[] = [];
  const report = (message: string, urn = "") => {
    messages.push(message);
    urns.push(urn);
  };
  return [messages, report, urns];
}

function handed(sent: Sent, config: object, keepMarks: boolean): ResourceValidationArgs {
  const { type, name = "web", props, secretOutputs = [] } = sent;
  const wire = { toJavaScript: () => JSON.parse(JSON.stringify(props)) as Props };
  return {
    type,
    name,
    urn: `urn:pulumi:dev::ipvs-lab::${type}::${name}`,
    props: unknownCheckingProxy(deserializeProperties(wire, keepMarks)),
    opts: { additionalSecretOutputs: secretOutputs },
    getConfig: () => config,
  } as unknown as ResourceValidationArgs;
}
