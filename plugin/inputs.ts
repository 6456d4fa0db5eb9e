import * as pulumi from "@pulumi/pulumi";

/** Paths of the properties that may be outputs or secrets: each is a pulumi.Input in arguments.ts. */
const outputPaths = /\.ssh(\.bastion)?\.(host|port|user|privateKey|hostKey)$|\.webServer\.page$/;

/** Fields that the SDK's types lack. */
interface Later {
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
  promise(): Promise<unknown>;
}

/**
 * Arguments for the components. Outputs that are already known become plain values, because the preview checks these.
 * @throws pulumi.RunError with each property that must be known but is not, or is a secret that would be shown.
 */
export async function resolvedInputs(
  type: string,
  name: string,
  inputs: object,
): Promise<pulumi.Inputs> {
  const problems: string[] = [];
  const args = await settle("", inputs, problems);
  if (problems.length > 0) {
    throw new pulumi.RunError(
      problems
        .sort()
        .map((p) => `${type} "${name}": ${p}`)
        .join("\n"),
    );
  }
  return args as pulumi.Inputs;
}

async function settle(path: string, value: unknown, problems: string[]): Promise<unknown> {
  if (outputPaths.test(path)) {
    return value;
  }
  if (pulumi.Output.isInstance(value)) {
    const output = value as unknown as Later;
    if (!(await output.isKnown)) {
      problems.push(
        `${path}: not known before another resource is made, and the preview checks it; ` +
          "give a value that the program knows, such as one of its configuration",
      );
      return undefined;
    }
    if (await output.isSecret) {
      problems.push(
        `${path}: a secret, and previews show it; only what stands under ssh, and pages, ` +
          "can be secret, each by itself",
      );
      return undefined;
    }
    return settle(path, await output.promise(), problems);
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map((item, i) => settle(`${path}[${i}]`, item, problems)));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(async ([key, item]) => {
      const at = path === "" ? key : `${path}.${key}`;
      return [key, await settle(at, item, problems)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
  return value;
}
