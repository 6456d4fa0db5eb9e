import * as pulumi from "@pulumi/pulumi";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental";
import { stoppable } from "../components/host/stop";
import { settled } from "./inputs";
import { LoadBalancer } from "./loadBalancer";

// Not in the SDK's types; its server waits so for a component's children.
const runtime = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

/** Pulumi's own host of components, which makes the schema; arguments are settled before one is made. */
class Host extends ComponentProvider {
  override async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ) {
    const args = await settled(type.split(":").at(-1) ?? type, name, inputs);
    return stoppable(async () => {
      const made = await super.construct(name, type, args, options);
      // What is on the machines is read meanwhile, and may stop it.
      await runtime.waitForRPCs();
      return made;
    });
  }
}

const host = new Host({ components: [LoadBalancer], name: "ipvs-lab", dirname: __dirname });
void pulumi.provider.main(host, process.argv.slice(2));
