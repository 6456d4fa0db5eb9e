import * as pulumi from "@pulumi/pulumi";
import { refuseIgnoreChanges } from "../args/ignoreChanges";
import { checkArgs } from "../args/validate";
import { warn } from "../args/warn";
import { RealServer } from "../backends/realServer";
import { setUpRealServers } from "../backends/realServerSetup";
import { Director } from "../director/director";
import { Explained, Explanation } from "../host/explained";
import { Protocol } from "../ipvs/protocols";
import { Scheduler, SchedulerFlag } from "../ipvs/schedulers";
import { Persistence, serviceKey, serviceLines } from "../ipvs/serviceLines";
import { SorryServer } from "../keepalived/healthCheck";
import { sorryServerOf } from "../keepalived/sorryServer";
import { withDirectors } from "../vip/directors";
import { Vip } from "../vip/vip";
import { markPorts } from "./firewallMark";
import { addressOf, titleOf, urlOf } from "./serviceAddress";
import { balance } from "./serviceCommand";
import { memberOf, ServiceMember } from "./serviceMember";
import { serviceSchema } from "./serviceSchema";
import { engineWarnings } from "./validation/engineWarnings";
import { validateService } from "./validation/validateService";
import { serviceWarnings } from "./validation/warnings";

export interface IpvsServiceArgs {
  /** The machine that balances the load. Exactly one of `director` and `directors`. */
  director?: Director;
  /** Machines that have the same service, each for when it has the address: the directors of the vip. */
  directors?: Director[];
  /** The address that clients use; none, where somebody else sets a firewall mark. */
  vip?: Vip;
  /** The port that clients use, 1 to 65535; 0 is every port of the address, and needs persistence. */
  port?: number;
  /** "tcp", "udp" or "sctp". @default "tcp" */
  protocol?: Protocol;
  /**
   * In place of a port: the service takes packets that carry this mark, 1 to 2147483647. The program
   * marks what comes to `ports` of the vip; without these, somebody else has to.
   */
  firewallMark?: number;
  /** The address family of the marked packets, where no vip tells it: "ipv4" or "ipv6". @default "ipv4" */
  family?: "ipv4" | "ipv6";
  /**
   * The ports of a service with a firewall mark, such as [80, "8000-8999"]; one of another protocol than the
   * service's with that behind it: [443, "443/udp"].
   */
  ports?: (number | string)[];
  /** The scheduler, which chooses the next real server. @default "wlc", as the kernel has it */
  scheduler?: Scheduler;
  /** Flags of the scheduler. */
  schedulerFlags?: SchedulerFlag[];
  /** Keeps a client with the real server that it got first. @default off */
  persistence?: Persistence;
  /**
   * Each packet is scheduled anew, as fits a protocol of single questions such as DNS; UDP only. Answers of members by
   * masquerade do not reach clients then. @default false
   */
  onePacket?: boolean;
  /** The members. */
  realServers: RealServer[];
  /**
   * The weight that has to live, 1 to 2147483647; with less the sorry server takes over, where there is
   * one. Only with engine "keepalived". @default 1
   */
  quorum?: number;
  /** Answers in place of all members while less than the quorum lives; only with engine "keepalived". */
  sorryServer?: SorryServer;
  /**
   * Seconds that connections of a leaving member get to end, 0 to 3600; 0 cuts them. Until then it has
   * weight 0 and takes no new ones; under scheduler "dh", which would refuse its clients, it is taken out at once. UDP
   * has no connections that could be waited for. @default 30
   */
  drainTimeout?: number;
  /**
   * Leaves members' weights as somebody sets them by hand; previews name these. Only with engine "ipvsadm".
   * @default false: up sets them to what is declared
   */
  keepWeights?: boolean;
  /**
   * Takes over a service that is there already, whoever made it, instead of refusing it, and what its
   * members need on their own machines. @default false
   */
  adopt?: boolean;
}

/**
 * A virtual service and its members: one Command, whose standard input is the desired state in the
 * syntax of `ipvsadm -R`, so that a preview's diff is made of lines such as
 * `-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 1`. With engine "keepalived" its
 * configuration follows.
 */
export class IpvsService extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machine that balances the load, or the first of them. */
  readonly director: Director;
  /** The address that clients use; undefined where somebody else sets a firewall mark. */
  readonly vip?: Vip;
  /** The port that clients use; undefined where there are several. */
  readonly port?: number;
  /** Its transport protocol. */
  readonly protocol: Protocol;
  /** The scheduler, which chooses the next real server. */
  readonly scheduler: Scheduler;
  /** The persistence by which a client stays with its real server; undefined where it does not. */
  readonly persistence?: Persistence;
  /** The members, with the first line of the page that each answers with, where that is no secret. */
  readonly members: ServiceMember[];
  /** True when some member answers with a page that is a secret. */
  readonly hasSecretPages: boolean;
  /** For a web browser or curl inside the network; undefined where no address is known. */
  readonly url?: string;
  /** The desired state, one ipvsadm line for the service and for each member. */
  readonly lines: string[];
  /** Resources that need the service wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, arguments contradict each other (flags of another
   * scheduler, port 0 without persistence, one-packet scheduling over TCP, a member listed twice or of another
   * address family without a tunnel …), or another service of the director has the same address, port and
   * protocol, or mark. One that others made on the machine is refused by the preview, unless `adopt`.
   */
  constructor(name: string, args: IpvsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const parsed = checkArgs("IpvsService", name, serviceSchema, args);
    const asked = withDirectors("IpvsService", name, parsed);
    const checked = { ...asked, sorryServer: sorryServerOf(asked) };
    validateService(name, checked);
    refuseIgnoreChanges("IpvsService", name, opts);
    const { director, directors, vip, realServers, protocol = "tcp", ...others } = checked;
    const { drainTimeout, adopt, keepWeights, ...plain } = others;
    const service = { ...addressOf(checked), ...plain };
    const key = serviceKey(service);
    const members = realServers.map((r) => memberOf(r, plain.port ?? 0));
    super(
      "ipvs-lab:index:IpvsService",
      name,
      { ...plain, protocol, vip: vip?.address, members },
      opts,
    );
    const { timeouts } = director;
    warn(this, [
      ...engineWarnings(checked),
      ...serviceWarnings({ ...plain, protocol, members: realServers, timeouts }),
    ]);
    this.director = director;
    this.vip = vip;
    this.port = plain.port;
    this.protocol = protocol;
    this.scheduler = plain.scheduler;
    this.persistence = plain.persistence;
    this.members = members;
    this.hasSecretPages = realServers.some((r) => r.backend && typeof r.backend.page !== "string");
    this.url = urlOf(checked);
    const options = realServers.map((r) => r.asMember(plain.port ?? 0));
    const kept = options.filter((_, i) => keepWeights || realServers[i]?.keepWeight);
    this.lines = serviceLines(service, options);
    const needed = [
      ...(vip ? [vip.ready] : []),
      ...realServers.flatMap((r) => (r.backend ? [r.backend.ready] : [])),
      ...setUpRealServers(name, checked),
    ];
    const { firewallMark: mark, ports } = plain;
    // One director after the other, so that connections always find one that is as it was.
    this.ready = directors.reduce<pulumi.Resource>((before, one) => {
      const suffix = directors.length > 1 ? `-${one.host.label}` : "";
      const table = balance(
        `${name}${suffix}`,
        { director: one, service, members: options, kept, drainTimeout, adopt },
        { parent: this, dependsOn: [...needed, one.ready, before] },
      );
      // Marked last, so that nobody comes before there is a service.
      return vip && mark !== undefined && ports
        ? markPorts(
            `${name}${suffix}`,
            { director: one, vip, mark, protocol, ports, adopt },
            { parent: this, dependsOn: [table] },
          )
        : table;
    }, director.ready);
    this.explanation = {
      name,
      what: `virtual service ${titleOf(checked)}, scheduler ${plain.scheduler}, ${members.length} members`,
      machine: director.host.label,
      look: `sudo ipvsadm -Ln ${key}`,
    };
    this.registerOutputs({ lines: this.lines, ...this.explanation });
  }
}
