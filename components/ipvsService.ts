import * as pulumi from "@pulumi/pulumi";
import { Explained, Explanation } from "./explained";
import { z } from "zod";
import { Director } from "./director";
import { forwardingOptions, RealServer } from "./realServer";
import { thresholdOptions } from "./observed/observation";
import {
  checkArgs,
  flag,
  instance,
  instances,
  invalid,
  object,
  oneOf,
  port,
  whole,
} from "./validate";
import { Vip } from "./vip";

// prettier-ignore
export const schedulers = [
  "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos",
] as const;
/** How the next real server is chosen; the kernel's names (ipvsadm(8), --scheduler). */
export type Scheduler = (typeof schedulers)[number];

/** ipvsadm's option for each protocol. */
const protocolOptions = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const;
export type Protocol = keyof typeof protocolOptions;

export interface IpvsServiceArgs {
  /** The machine that balances the load. */
  director: Director;
  /** The address that clients use. */
  vip: Vip;
  /** The port that clients use, 1 to 65535. */
  port: number;
  /** "tcp", "udp" or "sctp". @default "tcp" */
  protocol?: Protocol;
  /** How the next real server is chosen. @default "wlc", as the kernel has it */
  scheduler?: Scheduler;
  /** The members. */
  realServers: RealServer[];
  /**
   * Seconds that connections of a leaving member get to end, 0 to 3600; 0 cuts them. Until then it has
   * weight 0 and takes no new ones. UDP has no end that could be waited for. @default 30
   */
  drainTimeout?: number;
  /** Takes over a service that is there already, whoever made it, instead of refusing it. @default false */
  adopt?: boolean;
}

/** A member as stack outputs and policies see it. */
export interface ServiceMember {
  name: string;
  address: string;
  port: number;
  weight: number;
  forwarding: string;
  answer?: string;
}

const schema = object({
  director: instance(Director),
  vip: instance(Vip),
  port,
  protocol: oneOf(["tcp", "udp", "sctp"]).default("tcp"),
  scheduler: oneOf(schedulers).default("wlc"),
  realServers: instances(RealServer),
  drainTimeout: whole(0, 3600).default(30),
  adopt: flag.default(false),
});
type Checked = z.infer<typeof schema>;

/**
 * A virtual service and its members: one Command, whose standard input is the desired state in the
 * syntax of `ipvsadm -R`, so that a preview's diff is made of lines such as
 * `-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 1`.
 */
export class IpvsService extends pulumi.ComponentResource implements Explained {
  readonly explanation: Explanation;
  readonly director: Director;
  readonly vip: Vip;
  readonly port: number;
  readonly scheduler: Scheduler;
  /** The members, with the first line of the page that each answers with, where that is no secret. */
  readonly members: ServiceMember[];
  /** For a web browser or curl inside the network. */
  readonly url: string;
  /** The desired state, one ipvsadm line for the service and for each member. */
  readonly lines: string[];
  /** What needs the service waits for this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: IpvsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("IpvsService", name, schema, args);
    checkMembers(name, checked);
    checkUnique(name, checked);
    const { director, vip, realServers, drainTimeout, adopt, ...plain } = checked;
    const members = realServers.map((r) => ({
      name: r.label,
      address: r.address,
      port: r.port ?? checked.port,
      weight: r.weight,
      forwarding: r.forwarding,
      answer: typeof r.backend?.page === "string" ? r.backend.page.split("\n")[0] : undefined,
    }));
    super("ipvs-lab:index:IpvsService", name, { ...plain, vip: vip.address, members }, opts);
    this.director = director;
    this.vip = vip;
    this.port = checked.port;
    this.scheduler = checked.scheduler;
    this.members = members;
    this.url = `http://${vip.address}:${checked.port}/`;
    this.lines = serviceLines(checked);
    this.ready = director.host.run(
      // Another address, port or protocol is another resource, which is there before this one goes.
      `${name}-${checked.protocol}-${vip.address}-${checked.port}`,
      {
        kind: "service",
        desired: `${this.lines.join("\n")}\n`,
        identity: [serviceKey(checked)],
        options: [String(drainTimeout)],
        adopt,
      },
      {
        parent: this,
        dependsOn: [
          director.ready,
          vip.ready,
          ...realServers.flatMap((r) => (r.backend ? [r.backend.ready] : [])),
        ],
      },
    );
    this.explanation = {
      name,
      what: `virtual service ${checked.protocol} ${vip.address}:${checked.port}, scheduler ${checked.scheduler}, ${members.length} members`,
      machine: director.host.label,
      look: `sudo ipvsadm -Ln ${serviceKey(checked)}`,
    };
    this.registerOutputs({ lines: this.lines, ...this.explanation });
  }
}

/** The service as `ipvsadm -Sn` prints it, and its members with their thresholds. */
export function serviceLines(service: Checked): string[] {
  const key = serviceKey(service);
  const members = service.realServers.map((r) => {
    const limits = thresholdOptions(r.upperThreshold, r.lowerThreshold);
    return `-a ${key} -r ${member(r, service.port)} ${forwardingOptions[r.forwarding]} -w ${r.weight}${limits}`;
  });
  return [`-A ${key} -s ${service.scheduler}`, ...members];
}

function serviceKey(service: Pick<Checked, "protocol" | "vip" | "port">): string {
  return `${protocolOptions[service.protocol]} ${service.vip.address}:${service.port}`;
}

function member(realServer: RealServer, servicePort: number): string {
  return `${realServer.address}:${realServer.port ?? servicePort}`;
}

function checkMembers(name: string, service: Checked): void {
  const problems: string[] = [];
  const seen = new Map<string, number>();
  service.realServers.forEach((r, i) => {
    const at = `realServers[${i}] "${r.label}"`;
    const target = member(r, service.port);
    if (r.address === service.vip.address) {
      problems.push(`${at}: its address ${r.address} is the virtual address itself`);
    }
    const first = seen.get(target);
    if (first !== undefined) {
      problems.push(`${at}: ${target} is a member already, as realServers[${first}]`);
    }
    seen.set(target, i);
  });
  if (service.vip.host !== service.director.host) {
    problems.push("vip: it is not on the director's machine");
  }
  if (problems.length > 0) {
    throw invalid("IpvsService", name, problems);
  }
}

/** The services of each director, to find two that claim the same address, port and protocol. */
const declared = new WeakMap<object, Map<string, string>>();

function checkUnique(name: string, service: Checked): void {
  const services = declared.get(service.director.host) ?? new Map<string, string>();
  declared.set(service.director.host, services);
  const other = services.get(serviceKey(service));
  if (other !== undefined) {
    throw invalid("IpvsService", name, [
      `port: IpvsService "${other}" has ${service.vip.address}:${service.port}/${service.protocol} already`,
    ]);
  }
  services.set(serviceKey(service), name);
}
