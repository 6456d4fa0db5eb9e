import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { inName, isIpv6, ownAddress } from "../args/networks";
import { place } from "../args/place";
import {
  checkArgs,
  boolean,
  instance,
  invalid,
  ip,
  networkOf,
  object,
  oneOf,
  port,
} from "../args/validate";
import { BackendVm } from "../backends/backendVm";
import { NetnsBackend } from "../backends/netnsBackend";
import { Director } from "../director/director";
import { Explained, Explanation } from "../host/explained";
import { spec } from "../host/kernel";
import { reserveService } from "../host/reservations";
import { slug } from "../host/slug";
import { Vip } from "../vip/vip";

export interface StaticRedirectArgs {
  /** The machine that redirects. */
  director: Director;
  /** The address that clients use. */
  vip: Vip;
  /** The port that clients use, 1 to 65535. */
  port: number;
  /** "tcp" or "udp". @default "tcp" */
  protocol?: "tcp" | "udp";
  /** A backend of this program, which gets everything. Exactly one of `backend` and `address`. */
  backend?: BackendVm | NetnsBackend;
  /** The address that gets everything, of the virtual address's family. Exactly one of `backend` and `address`. */
  address?: string;
  /** The port there, 1 to 65535. @default the backend's, or else `port` */
  targetPort?: number;
  /**
   * Takes over an existing nftables table with the redirection's name, whoever made it, instead of refusing it.
   * @default false
   */
  adopt?: boolean;
}

const schema = object({
  director: instance(Director),
  vip: instance(Vip),
  port,
  protocol: oneOf(["tcp", "udp"]).default("tcp"),
  backend: z
    .custom<BackendVm | NetnsBackend>(
      (value) => value instanceof BackendVm || value instanceof NetnsBackend,
      { error: "must be a BackendVm or a NetnsBackend" },
    )
    .optional(),
  address: ip.optional(),
  targetPort: port.optional(),
  adopt: boolean.default(false),
});
type Checked = z.infer<typeof schema>;

/** A backend as the comparison with a balanced service needs it. */
export interface RedirectTarget {
  /** The backend's name in this program. */
  name: string;
  /** The machine with its web server. */
  machine: string;
  /** The server's systemd unit there. */
  unit: string;
  /** The address on which the server listens. */
  address: string;
  /** The port there. */
  port: number;
}

/**
 * A static redirection, for comparison with a load balancer: destination NAT of an address and port to one backend,
 * even if that is down. Existing connections stay with their backend.
 */
export class StaticRedirect extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machine that redirects. */
  readonly director: Director;
  /** The address that clients use. */
  readonly vip: Vip;
  /** The port that clients use. */
  readonly port: number;
  /** For a web browser or curl inside the network. */
  readonly url: string;
  /** The backend, if it is one of this program. */
  readonly target?: RedirectTarget;
  /** Resources that need the redirection wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, both or neither of `backend` and `address` are given, the
   * target is of the other address family, or another redirection or service has the address and port. The preview
   * refuses a table of that name that others made, unless `adopt` is true.
   */
  constructor(name: string, args: StaticRedirectArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("StaticRedirect", name, schema, args);
    checkTogether(name, checked);
    const { director, vip, protocol, backend, adopt } = checked;
    const address = backend?.address ?? checked.address ?? "";
    const targetPort = checked.targetPort ?? backend?.port ?? checked.port;
    const from = place(vip.address, checked.port);
    reserveService(
      { type: "StaticRedirect", name, host: director.host },
      {
        key: `static ${protocol} ${from}`,
        property: "port",
        title: `${from}/${protocol}`,
        ports: [{ address: vip.address, protocol, range: [checked.port, checked.port] }],
      },
    );
    const own = ownAddress(director.host, isIpv6(vip.address) ? "ipv6" : "ipv4");
    const inputs = { vip: vip.address, port: checked.port, protocol, address, targetPort };
    super("ipvs-lab:index:StaticRedirect", name, inputs, opts);
    this.director = director;
    this.vip = vip;
    this.port = checked.port;
    this.url = `http://${from}/`;
    this.target = backend && targetOf(backend);
    this.ready = director.host.run(
      // Another address, port or protocol is another resource, which is there before this one goes.
      `${name}-${protocol}-${inName(vip.address)}-${checked.port}`,
      {
        kind: "redirect",
        desired: spec({
          vip: vip.address,
          port: checked.port,
          protocol,
          address,
          target_port: targetPort,
          network: own && networkOf(own),
        }),
        identity: [protocol, vip.address, String(checked.port)],
        adopt,
      },
      { parent: this, dependsOn: [director.ready, vip.ready, ...(backend ? [backend.ready] : [])] },
    );
    const table = `ipvs_lab_${protocol}_${vip.address.replace(/[.:]/g, "_")}_${checked.port}`;
    this.explanation = {
      name,
      what: `static redirection of ${protocol} ${from} to ${place(address, targetPort)}, whether that lives or not`,
      machine: director.host.label,
      look: `sudo nft list table ${isIpv6(vip.address) ? "ip6" : "ip"} ${table}`,
    };
    this.registerOutputs({ ...inputs, ...this.explanation });
  }
}

function targetOf(backend: BackendVm | NetnsBackend): RedirectTarget {
  const { name, machine } = backend.explanation;
  const unit = `ipvs-lab-${slug(name)}`;
  return { name, machine, unit, address: backend.address, port: backend.port };
}

function checkTogether(name: string, args: Checked): void {
  const { director, vip, backend, address, targetPort } = args;
  if (!vip.hosts.includes(director.host)) {
    throw invalid("StaticRedirect", name, ["vip: it is not on the director's machine"]);
  }
  if (!backend === !address) {
    throw invalid("StaticRedirect", name, [
      "backend, address: exactly one of the two must be given",
    ]);
  }
  if (backend && targetPort !== undefined && targetPort !== backend.port) {
    throw invalid("StaticRedirect", name, [
      `targetPort: ${targetPort} is not where the backend listens, which is ${backend.port}`,
    ]);
  }
  const to = backend?.address ?? address ?? "";
  if (isIpv6(to) !== isIpv6(vip.address)) {
    throw invalid("StaticRedirect", name, [
      `${backend ? "backend" : "address"}: ${to} is of another family than ${vip.address}; destination NAT stays within one`,
    ]);
  }
  if (address === vip.address) {
    throw invalid("StaticRedirect", name, [
      `address: ${address} is the virtual address itself; it must be another machine's`,
    ]);
  }
}
