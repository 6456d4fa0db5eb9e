import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { BackendVm } from "./backendVm";
import { NetnsBackend } from "./netnsBackend";
import { checkArgs, invalid, ipv4, object, oneOf, port, threshold, weight } from "./validate";

/** How packets reach a real server, with ipvsadm's option for each. */
export const forwardingOptions = { masquerade: "-m" } as const;
export const forwardings = ["masquerade"] as const satisfies (keyof typeof forwardingOptions)[];
export type Forwarding = (typeof forwardings)[number];

export interface RealServerArgs {
  /** A backend of this program: gives address, port and machine. */
  backend?: BackendVm | NetnsBackend;
  /** The member's address, where it is no backend of this program. */
  address?: string;
  /** The member's port. @default the backend's, or else the service's */
  port?: number;
  /** Share of the connections, 0 to 65535; 0 takes no new ones. @default 1 */
  weight?: number;
  /** "masquerade": the director translates addresses, and answers go back through it. */
  forwarding?: Forwarding;
  /** No new connections above so many; 0 is no limit. @default 0 */
  upperThreshold?: number;
  /** New connections again below so many; 0 lets the kernel choose. @default 0 */
  lowerThreshold?: number;
}

const schema = object({
  backend: z
    .custom<BackendVm | NetnsBackend>(
      (value) => value instanceof BackendVm || value instanceof NetnsBackend,
      { error: "must be a BackendVm or a NetnsBackend" },
    )
    .optional(),
  address: ipv4.optional(),
  port: port.optional(),
  weight: weight.default(1),
  forwarding: oneOf(forwardings).default("masquerade"),
  upperThreshold: threshold.default(0),
  lowerThreshold: threshold.default(0),
});

/** One member of a virtual service; it is passed to the service that it belongs to. */
export class RealServer extends pulumi.ComponentResource {
  readonly address: string;
  /** Undefined where the service's own port is meant. */
  readonly port?: number;
  readonly weight: number;
  readonly forwarding: Forwarding;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  readonly backend?: BackendVm | NetnsBackend;
  readonly label: string;

  constructor(name: string, args: RealServerArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("RealServer", name, schema, args);
    checkTogether(name, checked);
    const { backend, ...plain } = checked;
    const address = backend?.address ?? plain.address ?? "";
    super("ipvs-lab:index:RealServer", name, { ...plain, address }, opts);
    this.label = name;
    this.backend = backend;
    this.address = address;
    this.port = plain.port ?? backend?.port;
    this.weight = plain.weight;
    this.forwarding = plain.forwarding;
    this.upperThreshold = plain.upperThreshold;
    this.lowerThreshold = plain.lowerThreshold;
    this.registerOutputs({ address });
  }
}

function checkTogether(name: string, args: z.infer<typeof schema>): void {
  const { backend, address, port: listens, upperThreshold: upper, lowerThreshold: lower } = args;
  if (!backend === !address) {
    throw invalid("RealServer", name, ["backend, address: exactly one of the two must be given"]);
  }
  if (backend && listens !== undefined && listens !== backend.port) {
    throw invalid("RealServer", name, [
      `port: ${listens} is not where the backend listens, which is ${backend.port}`,
    ]);
  }
  // The kernel refuses this too, also where there is no upper one.
  if (lower > upper) {
    throw invalid("RealServer", name, [
      `lowerThreshold: ${lower} is above upperThreshold, which is ${upper}`,
    ]);
  }
}
