import {
  EnforcementLevel,
  PolicyConfigSchema,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { Resource, resourceOf } from "./resources";
import { Refuse, refusing } from "./violations";

type JsonSchema = PolicyConfigSchema["properties"][string];

/** The parameters that can be configured, each with its type, a sentence and its default. */
type Parameters<P> = {
  [K in keyof P]: JsonSchema & { description: string; default: P[K] };
};

interface Definition<P> {
  name: string;
  description: string;
  /** The default level. */
  enforcementLevel: EnforcementLevel;
  parameters: Parameters<P>;
}

interface ResourceDefinition<P> extends Definition<P> {
  /** True for the types of resources that it checks. */
  of: (type: string) => boolean;
  check: (resource: Resource, parameters: P, refuse: Refuse) => void;
}

interface StackDefinition<P> extends Definition<P> {
  check: (resources: Resource[], parameters: P, refuse: (resource: Resource) => Refuse) => void;
}

/** A policy on single resources, checked before each is made or changed. */
export function resourcePolicy<P extends object>(
  definition: ResourceDefinition<P>,
): ResourceValidationPolicy {
  return {
    ...common(definition),
    validateResource: (args, report) => {
      if (definition.of(args.type)) {
        const resource = resourceOf(args);
        definition.check(resource, configured(definition, args), refusing(resource, report));
      }
    },
  };
}

/** A policy on all resources together, checked at the end of a preview and of an update. */
export function stackPolicy<P extends object>(
  definition: StackDefinition<P>,
): StackValidationPolicy {
  return {
    ...common(definition),
    validateStack: (args, report) => {
      definition.check(args.resources.map(resourceOf), configured(definition, args), (resource) =>
        refusing(resource, report),
      );
    },
  };
}

/** The error for a wrong parameter. It is shown without the policy's own call stack. */
export class ConfigError extends Error {
  constructor(policy: string, problem: string) {
    super(`${policy}: ${problem}`);
    // Pulumi shows the stack instead of the message.
    this.stack = this.message;
  }
}

/** A filter for resources of these types. */
export function only(...types: string[]): (type: string) => boolean {
  return (type) => types.includes(type);
}

function common<P>({ name, description, enforcementLevel, parameters }: Definition<P>) {
  const properties: PolicyConfigSchema["properties"] = { ...parameters };
  return { name, description, enforcementLevel, configSchema: { properties } };
}

/**
 * The parameters as configured, or else their defaults.
 * @throws ConfigError for a name that the policy does not have, which Pulumi does not check.
 */
function configured<P extends object>(
  { name, parameters }: Definition<P>,
  args: Pick<ResourceValidationArgs, "getConfig">,
): P {
  const config = args.getConfig<Partial<P>>();
  const known = Object.keys(parameters);
  for (const key of Object.keys(config)) {
    if (!known.includes(key)) {
      throw new ConfigError(name, `there is no parameter "${key}"; there are ${known.join(", ")}`);
    }
  }
  const defaults = Object.entries<{ default: unknown }>(parameters);
  return { ...Object.fromEntries(defaults.map(([key, p]) => [key, p.default])), ...config } as P;
}
