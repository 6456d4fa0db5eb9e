import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Director } from "./director";
import { spec } from "./kernel";
import { checkArgs, instance, networkOf } from "./validate";
import { Vip } from "./vip";

export interface SourceNatArgs {
  /** The machine that balances the load. */
  director: Director;
  /** The virtual address whose clients are meant. */
  vip: Vip;
}

const schema = z.object({ director: instance(Director), vip: instance(Vip) });

/**
 * Lets machines on the real servers' own network be clients of a virtual address. Without it a real
 * server would answer them directly, past the director, and they would drop the answer.
 */
export class SourceNat extends pulumi.ComponentResource {
  /** What sends traffic from that network waits for this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: SourceNatArgs, opts?: pulumi.ComponentResourceOptions) {
    const { director, vip } = checkArgs("SourceNat", name, schema, args);
    const network = networkOf(vip.host.address);
    super("ipvs-lab:index:SourceNat", name, { vip: vip.address, network }, opts);
    this.ready = director.host.run(
      `${name}-${vip.address}`,
      {
        kind: "nat",
        desired: spec({ vip: vip.address, network }),
        identity: [vip.address],
      },
      { parent: this, dependsOn: [director.ready] },
    );
    this.registerOutputs({ network });
  }
}
