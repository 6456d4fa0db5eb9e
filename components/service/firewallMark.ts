import * as pulumi from "@pulumi/pulumi";
import { inName } from "../args/networks";
import { Director } from "../director/director";
import { spec } from "../host/kernel";
import { byProtocol } from "../ipvs/clientPorts";
import { Protocol } from "../ipvs/protocols";
import { Vip } from "../vip/vip";

/** The packets that get a firewall mark. */
export interface MarkedPorts {
  director: Director;
  vip: Vip;
  mark: number;
  protocol: Protocol;
  /** Ports and ranges of ports such as "8000-8999"; those of another protocol name it: "443/udp". */
  ports: (number | string)[];
  adopt: boolean;
}

/** Marks packets to some ports of a virtual address, for a service with that firewall mark. */
export function markPorts(
  service: string,
  { director, vip, mark, protocol, ports, adopt }: MarkedPorts,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  // The first protocol uses the same two settings as a service with only one protocol.
  const [[first = protocol, list = ""] = [], ...others] = byProtocol(ports, protocol);
  return director.host.run(
    `${service}-mark-${mark}-${inName(vip.address)}`,
    {
      kind: "firewallmark",
      desired: spec({
        ...{ mark, vip: vip.address, protocol: first, ports: list },
        ...Object.fromEntries(others),
      }),
      identity: [String(mark), vip.address],
      adopt,
    },
    opts,
  );
}
