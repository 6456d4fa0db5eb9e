import { Tunnel } from "../ipvs/forwarding";
import { Protocol } from "../ipvs/protocols";
import { MemberOptions, namedFlags, ServiceAddress, ServiceOptions } from "../ipvs/serviceLines";
import { Block, written } from "./block";
import { Check, SorryServer, timeoutOf } from "./healthCheck";

export interface KeepalivedService extends ServiceOptions {
  quorum?: number;
  hysteresis?: number;
  sorryServer?: SorryServer;
  alpha?: boolean;
  omega?: boolean;
}

export interface KeepalivedMember extends MemberOptions {
  check?: Check;
  inhibitOnFailure: boolean;
}

/**
 * The `virtual_server` of keepalived.conf(5) for a service and its members. Every setting is written for each member,
 * because keepalived's own defaults (one check a minute) are seldom wanted.
 */
export function configuration(
  service: ServiceAddress & KeepalivedService,
  members: KeepalivedMember[],
): string {
  return `${written(virtualServer(service, members)).join("\n")}\n`;
}

/** The same as a block. */
export function virtualServer(
  service: ServiceAddress & KeepalivedService,
  members: KeepalivedMember[],
): Block {
  const {
    scheduler,
    persistence,
    onePacket,
    quorum,
    hysteresis = 0,
    sorryServer,
    alpha,
    omega,
  } = service;
  const { timeout = 360, netmask, engine } = persistence ?? {};
  return {
    head: headOf(service),
    body: [
      // With tunnels, the members' family need not be the service's.
      "firewallMark" in service
        ? `ip_family ${service.family === "ipv6" ? "inet6" : "inet"}`
        : `protocol ${protocols[service.protocol]}`,
      `lvs_sched ${scheduler}`,
      ...namedFlags(service),
      ...(persistence ? [`persistence_timeout ${timeout}`] : []),
      ...(netmask === undefined ? [] : [`persistence_granularity ${netmask}`]),
      ...(engine ? [`persistence_engine ${engine}`] : []),
      ...(onePacket ? ["ops"] : []),
      ...(alpha ? ["alpha"] : []),
      ...(omega ? ["omega"] : []),
      ...(quorum === undefined ? [] : [`quorum ${quorum}`]),
      ...(hysteresis === 0 ? [] : [`hysteresis ${hysteresis}`]),
      ...(sorryServer
        ? [
            `sorry_server ${sorryServer.address} ${sorryServer.port}`,
            `sorry_server_lvs_method ${methodOf({ forwarding: sorryServer.forwarding ?? "masquerade" })}`,
          ]
        : []),
      ...members.map(realServer),
    ],
  };
}

const protocols: Record<Protocol, string> = { tcp: "TCP", udp: "UDP", sctp: "SCTP" };

function headOf(service: ServiceAddress): string {
  return "firewallMark" in service
    ? `virtual_server fwmark ${service.firewallMark}`
    : `virtual_server ${service.address}${portOf(service.port)}`;
}

/** To keepalived, no port means every port. */
function portOf(port: number): string {
  return port === 0 ? "" : ` ${port}`;
}

function realServer(member: KeepalivedMember): Block {
  const { upperThreshold: upper, lowerThreshold: lower, check = { type: "tcp" } } = member;
  return {
    head: `real_server ${member.address}${portOf(member.port)}`,
    body: [
      `weight ${member.weight}`,
      `lvs_method ${methodOf(member)}`,
      ...(upper > 0 ? [`uthreshold ${upper}`] : []),
      ...(lower > 0 ? [`lthreshold ${lower}`] : []),
      ...(member.inhibitOnFailure ? ["inhibit_on_failure"] : []),
      checker(check),
    ],
  };
}

function methodOf({
  forwarding,
  tunnel = {},
}: Pick<MemberOptions, "forwarding" | "tunnel">): string {
  switch (forwarding) {
    case "masquerade":
      return "NAT";
    case "gate":
      return "DR";
    case "ipip":
      return `TUN${tunnelOptions(tunnel)}`;
  }
}

function tunnelOptions({ type = "ipip", port, checksum = "nocsum" }: Tunnel): string {
  const to = type === "gue" ? ` port ${port}` : "";
  return ` type ${type}${to}${type === "ipip" ? "" : ` ${checksum}`}`;
}

const heads: Record<Exclude<Check["type"], "script">, string> = {
  tcp: "TCP_CHECK",
  http: "HTTP_GET",
  https: "SSL_GET",
  dns: "DNS_CHECK",
  smtp: "SMTP_CHECK",
  udp: "UDP_CHECK",
  ping: "PING_CHECK",
};

function checker(check: Check): Block {
  const { type, port, interval = 2, retries = 1, retryDelay = 1 } = check;
  const rhythm = [
    `retry ${retries}`,
    `delay_before_retry ${retryDelay}`,
    `delay_loop ${interval}`,
    // The first check is made at once, not at a random time within the interval, so a dead member is found at once.
    "warmup 0",
  ];
  if (type === "script") {
    return {
      head: "MISC_CHECK",
      body: [`misc_path "${check.command ?? ""}"`, `misc_timeout ${timeoutOf(check)}`, ...rhythm],
    };
  }
  return {
    head: heads[type],
    body: [
      ...questionOf(check),
      ...(port === undefined ? [] : [`connect_port ${port}`]),
      `connect_timeout ${timeoutOf(check)}`,
      ...rhythm,
    ],
  };
}

/** The lines of a check for the question that it asks, and for the right answer. */
function questionOf(check: Check): Block["body"] {
  const { type, name, recordType, helo } = check;
  switch (type) {
    case "http":
      return [url(check)];
    case "https":
      return [...(isName(check.host) ? ["enable_sni"] : []), url(check)];
    case "dns":
      // keepalived's own default is written, too, so that the file says what is asked.
      return [`type ${recordType ?? "SOA"}`, `name ${name ?? "."}`];
    case "smtp":
      return helo === undefined ? [] : [`helo_name ${helo}`];
    case "udp":
      return datagram(check);
    default:
      return [];
  }
}

function datagram({ payload, requireReply, reply }: Check): string[] {
  return [
    ...(payload === undefined ? [] : [`payload ${payload}`]),
    ...(requireReply && reply === undefined ? ["require_reply"] : []),
    // keepalived itself accepts an answer that ends before these bytes do, and none of more than 255 bytes.
    ...(reply === undefined
      ? []
      : [
          `require_reply ${reply}`,
          `min_reply_length ${reply.length / 2}`,
          "max_reply_length 65535",
        ]),
  ];
}

/** True if the host can be sent with SNI: SNI takes names, but neither addresses nor ports. */
function isName(host: string | undefined): boolean {
  return host !== undefined && !/:|^[\d.]+$/.test(host);
}

function url({ path = "/", status, digest, host }: Check): Block {
  return {
    head: "url",
    body: [
      `path ${path}`,
      `status_code ${status === undefined ? "200-299" : [status].flat().join(" ")}`,
      ...(digest === undefined ? [] : [`digest ${digest}`]),
      ...(host === undefined ? [] : [`virtualhost ${host}`]),
    ],
  };
}
