import * as pulumi from "@pulumi/pulumi";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental";
import { stoppable } from "../components/host/stop";
import type { LoadBalancerArgs } from "./arguments";
import { resolvedInputs } from "./inputs";
import { LoadBalancer, outputs } from "./loadBalancer";

// A function that the SDK's types lack. The SDK's own server waits with it for a component's children.
const runtime = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

/**
 * Pulumi's own host of components, which makes the schema. It resolves the arguments before it makes a component.
 * Pulumi's would ask the compiler for a component's outputs, which takes two seconds at each preview.
 */
class Host extends ComponentProvider {
  override async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ) {
    ComponentProvider.validateResourceType(this.options.name, type);
    const component = type.split(":").at(-1) ?? type;
    if (component !== LoadBalancer.name) {
      throw new Error(`Component class not found for '${component}'`);
    }
    const args = (await resolvedInputs(component, name, inputs)) as unknown as LoadBalancerArgs;
    return stoppable(async () => {
      const made = new LoadBalancer(name, args, options);
      // Meanwhile the machines are read, which may stop the component.
      await runtime.waitForRPCs();
      const state = Object.fromEntries(outputs.map((output) => [output, made[output]]));
      return { urn: made.urn, state };
    });
  }
}

const host = new Host({ components: [LoadBalancer], name: "ipvs-lab", dirname: __dirname });
void pulumi.provider.main(host, process.argv.slice(2));
