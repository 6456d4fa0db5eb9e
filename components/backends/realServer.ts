import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { refuseIgnoreChanges } from "../args/ignoreChanges";
import { checkArgs, invalid, ip, object, oneOf } from "../args/validate";
import { Forwarding, Tunnel } from "../ipvs/forwarding";
import { Check } from "../keepalived/healthCheck";
import { BackendVm } from "./backendVm";
import { memberProblems } from "./memberOptions";
import { NetnsBackend } from "./netnsBackend";
import { RealServerOptions, realServerOptions } from "./plainRealServer";

export interface RealServerArgs extends RealServerOptions {
  /** A backend of this program: gives address, port and machine. */
  backend?: BackendVm | NetnsBackend;
  /**
   * The family of the backend's address: "ipv6" is the `address6` of a BackendVm's host or of a NetnsBackend, and the
   * backend has to `listen: "any"`. @default "ipv4"
   */
  family?: "ipv4" | "ipv6";
  /** The member's IPv4 or IPv6 address, if it is not a backend of this program. */
  address?: string;
}

/** @internal */
export const realServerSchema = object({
  backend: z
    .custom<BackendVm | NetnsBackend>(
      (value) => value instanceof BackendVm || value instanceof NetnsBackend,
      { error: "must be a BackendVm or a NetnsBackend" },
    )
    .optional(),
  family: oneOf(["ipv4", "ipv6"]).optional(),
  address: ip.optional(),
  ...realServerOptions,
});

/** One member of a virtual service; it is passed to the service that it belongs to. */
export class RealServer extends pulumi.ComponentResource {
  /** The member's address; for a backend of this program, the backend's. */
  readonly address: string;
  /** The member's port; undefined for the service's own port. */
  readonly port?: number;
  /** Share of the connections, 0 to 65535. */
  readonly weight: number;
  /** The forwarding method. */
  readonly forwarding: Forwarding;
  /** The encapsulation of the tunnel. */
  readonly tunnel?: Tunnel;
  /** Above so many connections it gets no new ones; 0 is no limit. */
  readonly upperThreshold: number;
  /** Below so many connections it gets new ones again; 0 lets the kernel choose. */
  readonly lowerThreshold: number;
  /** keepalived's health check of it. */
  readonly check?: Check;
  /** True if it stays with weight 0 while its check fails. */
  readonly inhibitOnFailure: boolean;
  /** True when a weight that somebody sets by hand is kept. */
  readonly keepWeight: boolean;
  /** The backend, if it is one of this program. */
  readonly backend?: BackendVm | NetnsBackend;
  /** Its name in this program. */
  readonly label: string;
  private readonly givenPort?: number;

  /**
   * @throws pulumi.RunError where an argument is wrong, both or neither of `backend` and `address` are given, the
   * port is not the one on which the backend listens, or options contradict each other, such as a tunnel without
   * "ipip".
   */
  constructor(name: string, args: RealServerArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("RealServer", name, realServerSchema, args);
    checkTogether(name, checked);
    refuseIgnoreChanges("RealServer", name, opts);
    const { backend, family, keepWeight, ...plain } = checked;
    const own = family === "ipv6" ? address6Of(backend) : backend?.address;
    const address = own ?? plain.address ?? "";
    super("ipvs-lab:index:RealServer", name, { ...plain, address }, opts);
    this.label = name;
    this.backend = backend;
    this.address = address;
    this.port = plain.port ?? backend?.port;
    this.givenPort = plain.port;
    this.weight = plain.weight;
    this.forwarding = plain.forwarding;
    this.tunnel = plain.tunnel;
    this.upperThreshold = plain.upperThreshold;
    this.lowerThreshold = plain.lowerThreshold;
    this.check = plain.check;
    this.inhibitOnFailure = plain.inhibitOnFailure;
    this.keepWeight = keepWeight;
    this.registerOutputs({ address });
  }

  /**
   * The member's port in a service; 0 stands for the port that the client used, in a service of several ports.
   * @internal
   */
  portIn(servicePort: number): number {
    return this.givenPort ?? (servicePort === 0 ? 0 : (this.port ?? servicePort));
  }
}

function checkTogether(name: string, args: z.infer<typeof realServerSchema>): void {
  const { backend, address, port: listens } = args;
  if (!backend === !address) {
    throw invalid("RealServer", name, ["backend, address: exactly one of the two must be given"]);
  }
  if (backend && listens !== undefined && listens !== backend.port) {
    throw invalid("RealServer", name, [
      `port: ${listens} is not where the backend listens, which is ${backend.port}`,
    ]);
  }
  const family = familyProblem(args);
  const problems = [...(family === undefined ? [] : [family]), ...memberProblems(args)];
  if (problems.length > 0) {
    throw invalid("RealServer", name, problems);
  }
}

function address6Of(backend?: BackendVm | NetnsBackend): string | undefined {
  return backend?.address6;
}

function familyProblem({ backend, family }: z.infer<typeof realServerSchema>): string | undefined {
  if (family && !backend) {
    return "family: only with a backend; an address has its own";
  }
  if (family !== "ipv6") {
    return undefined;
  }
  if (address6Of(backend) === undefined) {
    return "family: the backend has no IPv6 address, which is the address6 of a BackendVm's host or of a NetnsBackend";
  }
  return backend?.listen === "any"
    ? undefined
    : 'family: the backend listens on its IPv4 address alone; give the backend listen: "any"';
}
