import * as pulumi from "@pulumi/pulumi";
import { refuseIgnoreChanges } from "../args/ignoreChanges";
import { checkArgs } from "../args/validate";
import { warn } from "../args/warn";
import { BackendVm } from "../backends/backendVm";
import { NetnsBackend } from "../backends/netnsBackend";
import { partOf, PlainRealServer } from "../backends/plainRealServer";
import { RealServer } from "../backends/realServer";
import { setUpRealServers } from "../backends/realServerSetup";
import { Director } from "../director/director";
import { inTurn } from "../director/inTurn";
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
import { announcedWarnings } from "./validation/announcedWarnings";
import { engineWarnings } from "./validation/engineWarnings";
import { validateService } from "./validation/validateService";
import { serviceWarnings } from "./validation/warnings";

export interface IpvsServiceArgs {
  /** The machine that balances the load. Exactly one of `director` and `directors`. */
  director?: Director;
  /** The directors of the vip. Each has the same service, ready for when it gets the address. */
  directors?: Director[];
  /** The address that clients use; omit it if somebody else sets a firewall mark. */
  vip?: Vip;
  /** The port that clients use, 1 to 65535; 0 is every port of the address, and needs persistence. */
  port?: number;
  /** "tcp", "udp" or "sctp". @default "tcp" */
  protocol?: Protocol;
  /**
   * Instead of a port: the service takes packets that carry this mark, 1 to 2147483647. The program marks packets to
   * `ports` of the vip; without `ports`, somebody else has to mark them.
   */
  firewallMark?: number;
  /** The address family of the marked packets, if there is no vip: "ipv4" or "ipv6". @default "ipv4" */
  family?: "ipv4" | "ipv6";
  /**
   * The ports of a service with a firewall mark, such as [80, "8000-8999"]; a port of another protocol than the
   * service's has that appended: [443, "443/udp"].
   */
  ports?: (number | string)[];
  /** The scheduler, which chooses the next real server. @default "wlc", as in the kernel */
  scheduler?: Scheduler;
  /** Flags of the scheduler. */
  schedulerFlags?: SchedulerFlag[];
  /** Keeps a client with the real server that it got first. @default off */
  persistence?: Persistence;
  /**
   * Schedules each packet by itself, which suits a protocol of single requests such as DNS; UDP only. Answers of
   * members by masquerade then do not reach clients. @default false
   */
  onePacket?: boolean;
  /**
   * The members. One of plain values, such as `{ address: "10.10.10.3" }`, is no resource of its own, which is what to
   * choose for hundreds of members.
   */
  realServers: (RealServer | PlainRealServer)[];
  /**
   * The weight that must be alive, 1 to 2147483647; with less, the sorry server, if there is one, takes over. Only with
   * engine "keepalived". @default 1
   */
  quorum?: number;
  /**
   * The quorum is lost below `quorum` - `hysteresis`, and won again at `quorum` + `hysteresis`; less than the quorum.
   * Only with engine "keepalived". @default 0
   */
  hysteresis?: number;
  /**
   * The server that answers instead of all members while less than the quorum is alive; only with engine "keepalived".
   */
  sorryServer?: SorryServer;
  /**
   * keepalived's alpha mode: when keepalived starts, a member gets connections only once it has passed a check, not
   * until it has failed one. (A new member of an update always has to pass first.) After a crash of keepalived, members
   * that died meanwhile stay in the kernel. Only with engine "keepalived". @default false
   */
  alpha?: boolean;
  /**
   * keepalived's omega mode: when keepalived stops, it also notifies that members and the quorum are gone. Only with
   * engine "keepalived". @default false
   */
  omega?: boolean;
  /**
   * Seconds that connections of a leaving member have to end, 0 to 3600; 0 cuts them. Until then it has weight 0 and
   * gets no new ones; under scheduler "dh", which would refuse its clients, it is removed at once. UDP has no
   * connections to wait for. @default 30
   */
  drainTimeout?: number;
  /**
   * Keeps members' weights that somebody has set by hand; previews name them. Only with engine "ipvsadm".
   * @default false: up sets them to what is declared
   */
  keepWeights?: boolean;
  /**
   * "exclusive": members that somebody else added are removed, with the draining of members that leave. "shared": they
   * stay. Previews name them either way. @default "shared"
   */
  members?: "shared" | "exclusive";
  /**
   * Takes over a service that exists already, whoever made it, instead of refusing it, and also what its members need
   * on their own machines. @default false
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
  /** The address that clients use; undefined if somebody else sets a firewall mark. */
  readonly vip?: Vip;
  /** The port that clients use; undefined if there are several. */
  readonly port?: number;
  /** Its transport protocol. */
  readonly protocol: Protocol;
  /** The scheduler, which chooses the next real server. */
  readonly scheduler: Scheduler;
  /** The persistence that keeps a client with its real server; undefined if it is off. */
  readonly persistence?: Persistence;
  /** The members, with the first line of the page that each answers with, if it is not secret. */
  readonly members: ServiceMember[];
  /** True if some member's page is a secret. */
  readonly hasSecretPages: boolean;
  /** An address for a web browser or curl inside the network; undefined if no address is known. */
  readonly url?: string;
  /** The desired state, one ipvsadm line for the service and for each member. */
  readonly lines: string[];
  /**
   * The members' backends that log their clients.
   * @internal
   */
  readonly logged: (BackendVm | NetnsBackend)[];
  /** Resources that need the service wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, arguments contradict each other (flags of another
   * scheduler, port 0 without persistence, one-packet scheduling over TCP, a member listed twice or of another
   * address family without a tunnel …), or another service of the director has the same address, port and
   * protocol, or mark. The preview refuses a service that others made on the machine, unless `adopt` is true.
   */
  constructor(name: string, args: IpvsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const parsed = checkArgs("IpvsService", name, serviceSchema, args);
    const asked = withDirectors("IpvsService", name, parsed);
    const checked = { ...asked, sorryServer: sorryServerOf(asked) };
    validateService(name, checked);
    refuseIgnoreChanges("IpvsService", name, opts);
    const { director, directors, vip, realServers, protocol = "tcp", ...others } = checked;
    const { drainTimeout, adopt, keepWeights, members: sharing, ...plain } = others;
    const exclusive = sharing === "exclusive";
    const service = { ...addressOf(checked), ...plain };
    const key = serviceKey(service);
    const members = realServers.map((r) => memberOf(r, plain.port ?? 0));
    // Policies check a member without a name here, because it is no RealServer.
    const seen = members.map((m, i) =>
      realServers[i] instanceof RealServer ? m : { ...m, name: undefined },
    );
    super(
      "ipvs-lab:index:IpvsService",
      name,
      { ...plain, protocol, vip: vip?.address, members: seen },
      opts,
    );
    const { timeouts } = director;
    warn(this, [
      ...engineWarnings(checked),
      ...announcedWarnings({ ...checked, members: realServers }),
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
    this.logged = realServers.flatMap(({ backend }) => (backend?.accessLog ? [backend] : []));
    this.url = urlOf(checked);
    const options = realServers.map((r) => partOf(r, plain.port ?? 0));
    const kept = options.filter((_, i) => keepWeights || realServers[i]?.keepWeight);
    this.lines = serviceLines(service, options);
    const needed = [
      ...(vip ? [vip.ready] : []),
      ...realServers.flatMap((r) => (r.backend ? [r.backend.ready] : [])),
      ...setUpRealServers(name, checked),
    ];
    const { firewallMark: mark, ports } = plain;
    this.ready = inTurn(directors, (one, after) => {
      const suffix = directors.length > 1 ? `-${one.host.label}` : "";
      const table = balance(
        `${name}${suffix}`,
        { director: one, service, members: options, kept, exclusive, drainTimeout, adopt },
        { parent: this, dependsOn: [...needed, ...after] },
      );
      // Packets are marked last, so that none comes before there is a service.
      return vip && mark !== undefined && ports
        ? markPorts(
            `${name}${suffix}`,
            { director: one, vip, mark, protocol, ports, adopt },
            { parent: this, dependsOn: [table] },
          )
        : table;
    });
    this.explanation = {
      name,
      what: `virtual service ${titleOf(checked)}, scheduler ${plain.scheduler}, ${members.length} members`,
      machine: director.host.label,
      look: `sudo ipvsadm -Ln ${key}`,
    };
    this.registerOutputs({ lines: this.lines, ...this.explanation });
  }
}
