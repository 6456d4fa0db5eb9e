import * as pulumi from "@pulumi/pulumi";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental";
import { stoppable } from "../components/host/stop";
import { resolvedInputs } from "./inputs";
import { LoadBalancer } from "./loadBalancer";

// A function that the SDK's types lack. The SDK's own server waits with it for a component's children.
const runtime = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

/** Pulumi's own host of components, which makes the schema. It resolves the arguments before it makes a component. */
class Host extends ComponentProvider {
  override async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ) {
    const args = await resolvedInputs(type.split(":").at(-1) ?? type, name, inputs);
    return stoppable(async () => {
      const made = await super.construct(name, type, args, options);
      // Meanwhile the machines are read, which may stop the component.
      await runtime.waitForRPCs();
      return made;
    });
  }
}

const host = new Host({ components: [LoadBalancer], name: "ipvs-lab", dirname: __dirname });
void pulumi.provider.main(host, process.argv.slice(2));
