import * as pulumi from "@pulumi/pulumi";
import { Explained, Explanation } from "./explained";
import { Director } from "./director";
import { spec } from "./kernel";
import { isIpv6 } from "./networks";
import { take } from "./taken";
import { checkArgs, flag, instance, invalid, networkOf, object } from "./validate";
import { Vip } from "./vip";

export interface SourceNatArgs {
  /** The machine that balances the load. */
  director: Director;
  /** The virtual address whose clients are meant. */
  vip: Vip;
  /** Takes over an nftables table of the source NAT's name that is there already, whoever made it, instead of refusing it. @default false */
  adopt?: boolean;
}

const schema = object({
  director: instance(Director),
  vip: instance(Vip),
  adopt: flag.default(false),
});

/**
 * Lets machines on the real servers' own network be clients of a virtual address. Without it a real
 * server would answer them directly, past the director, and they would drop the answer.
 */
export class SourceNat extends pulumi.ComponentResource implements Explained {
  readonly explanation: Explanation;
  /** What sends traffic from that network waits for this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: SourceNatArgs, opts?: pulumi.ComponentResourceOptions) {
    const { director, vip, adopt } = checkArgs("SourceNat", name, schema, args);
    if (vip.host !== director.host) {
      throw invalid("SourceNat", name, ["vip: it is not on the director's machine"]);
    }
    if (isIpv6(vip.address)) {
      throw invalid("SourceNat", name, [
        `vip: ${vip.address} is an IPv6 address; the source NAT is for IPv4`,
      ]);
    }
    take("SourceNat", name, director.host, { vip: `the source NAT for ${vip.address}` });
    const network = networkOf(vip.host.address);
    super("ipvs-lab:index:SourceNat", name, { vip: vip.address, network }, opts);
    this.ready = director.host.run(
      `${name}-${vip.address}`,
      {
        kind: "nat",
        desired: spec({ vip: vip.address, network }),
        identity: [vip.address],
        adopt,
      },
      { parent: this, dependsOn: [director.ready] },
    );
    this.explanation = {
      name,
      what: `source NAT for clients of ${vip.address} in ${network}: real servers answer them through the director`,
      machine: director.host.label,
      look: `sudo nft list table ip ipvs_lab_${vip.address.replaceAll(".", "_")}`,
    };
    this.registerOutputs({ network, ...this.explanation });
  }
}
