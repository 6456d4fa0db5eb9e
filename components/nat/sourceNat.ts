import * as pulumi from "@pulumi/pulumi";
import { inName, isIpv6, network, ownAddress } from "../args/networks";
import { checkArgs, boolean, instance, invalid, networkOf, object } from "../args/validate";
import { Director } from "../director/director";
import { Explained, Explanation } from "../host/explained";
import { Host } from "../host/host";
import { spec } from "../host/kernel";
import { requireSame, reserve } from "../host/reservations";
import { Vip } from "../vip/vip";

export interface SourceNatArgs {
  /** The machine that balances the load. */
  director: Director;
  /** The virtual address whose clients get source NAT. */
  vip: Vip;
  /** The network of the clients, such as 10.10.10.0/24. @default the network of the host's interface */
  network?: string;
  /**
   * Takes over an existing nftables table with the source NAT's name, whoever made it, instead of refusing it. @default
   * false
   */
  adopt?: boolean;
}

const schema = object({
  director: instance(Director),
  vip: instance(Vip),
  network: network.optional(),
  adopt: boolean.default(false),
});

/**
 * Lets machines on the real servers' own network be clients of a virtual address. Without it a real
 * server would answer them directly, past the director, and they would drop the answer. Members that answer clients
 * themselves (forwarding "gate" and "ipip") need none, and still see the clients' addresses.
 */
export class SourceNat extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** Resources that send traffic from that network wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, the vip is not on the director's machine, the network is of
   * the other address family, or the vip has a source NAT already. The preview refuses a table of that name that others
   * made, unless `adopt` is true.
   */
  constructor(name: string, args: SourceNatArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("SourceNat", name, schema, args);
    const { director, vip, adopt } = checked;
    if (!vip.hosts.includes(director.host)) {
      throw invalid("SourceNat", name, ["vip: it is not on the director's machine"]);
    }
    const clients = clientsOf(name, { address: vip.address, host: director.host }, checked.network);
    const own = { type: "SourceNat", name, host: director.host };
    reserve(own, { vip: `the source NAT for ${vip.address}` });
    requireSame(own, [{ property: "vip", what: "net.ipv4.vs.conntrack", value: 1 }]);
    super("ipvs-lab:index:SourceNat", name, { vip: vip.address, network: clients }, opts);
    this.ready = director.host.run(
      `${name}-${inName(vip.address)}`,
      {
        kind: "nat",
        desired: spec({ vip: vip.address, network: clients }),
        identity: [vip.address],
        adopt,
      },
      { parent: this, dependsOn: [director.ready] },
    );
    this.explanation = {
      name,
      what: `source NAT for clients of ${vip.address} in ${clients}: real servers answer them through the director`,
      machine: director.host.label,
      look: `sudo nft list table ${isIpv6(vip.address) ? "ip6" : "ip"} ipvs_lab_${vip.address.replace(/[.:]/g, "_")}`,
    };
    this.registerOutputs({ network: clients, ...this.explanation });
  }
}

function clientsOf(
  name: string,
  { address, host }: { address: string; host: Host },
  given: string | undefined,
): string {
  if (given !== undefined && isIpv6(given) !== isIpv6(address)) {
    throw invalid("SourceNat", name, [
      `network: ${given} has no clients of ${address}, which is of the other address family`,
    ]);
  }
  const own = ownAddress(host, isIpv6(address) ? "ipv6" : "ipv4");
  if (given === undefined && own === undefined) {
    throw invalid("SourceNat", name, [
      `network: missing; ${host.label} has no ${isIpv6(address) ? "address6" : "address"} whose network it could be`,
    ]);
  }
  return given ?? networkOf(own ?? "");
}
