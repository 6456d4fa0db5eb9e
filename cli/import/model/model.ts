import type {
  DirectorSettings,
  SyncDaemon,
  Timeouts,
} from "../../../components/director/directorSettings.js";
import type { Forwarding, Tunnel } from "../../../components/ipvs/forwarding.js";
import type { Protocol } from "../../../components/ipvs/protocols.js";
import type { Persistence } from "../../../components/ipvs/serviceLines.js";
import type { Check, SorryServer } from "../../../components/keepalived/healthCheck.js";
import type { Findings } from "./findings.js";
import type { Origin } from "./origin.js";

/** The key of a service: an address that clients use, or a firewall mark. */
export type ServiceKey =
  | { address: string; port: number; protocol: Protocol }
  | { firewallMark: number; family: "ipv4" | "ipv6" };

/** A virtual service, in the words of IpvsService. */
export interface ImportedService {
  key: ServiceKey;
  scheduler: string;
  schedulerFlags: string[];
  persistence?: Persistence;
  onePacket: boolean;
  quorum?: number;
  hysteresis?: number;
  /** keepalived's modes at its start and its end. */
  alpha?: boolean;
  omega?: boolean;
  sorryServer?: SorryServer;
  members: ImportedMember[];
  origin: Origin;
}

/** A real server, in the words of RealServer. */
export interface ImportedMember {
  address: string;
  /** 0 stands for the port that the client used. */
  port: number;
  weight: number;
  forwarding: Forwarding;
  tunnel?: Tunnel;
  upperThreshold: number;
  lowerThreshold: number;
  /** Undefined for a member that nothing checks. */
  check?: Check;
  inhibitOnFailure: boolean;
  origin: Origin;
}

/** An address that the machine has, or may have. */
export interface ImportedAddress {
  address: string;
  prefix: number;
  /** Undefined for the interface of the balanced network. */
  interface?: string;
  origin: Origin;
}

/** One machine's part in a virtual router (VRRP), which gives addresses to one of several directors. */
export interface ImportedRouter {
  name: string;
  id?: number;
  interface?: string;
  isMaster: boolean;
  /** Seconds from one heartbeat to the next. */
  advertInterval: number;
  preempt: boolean;
  /** The machine's own address for heartbeats, and those of the others, if the file names them. */
  own?: string;
  peers: string[];
  addresses: ImportedAddress[];
  origin: Origin;
}

/** Everything that import reads, whatever the format. */
export interface Model {
  services: ImportedService[];
  /** Addresses of this machine alone. */
  addresses: ImportedAddress[];
  routers: ImportedRouter[];
  /** The machine's own name, if the file has one. */
  name?: string;
  timeouts: Timeouts;
  syncDaemons: SyncDaemon[];
  sysctls: NonNullable<DirectorSettings["sysctls"]>;
  findings: Findings;
}

export function emptyModel(findings: Findings): Model {
  return {
    ...{ services: [], addresses: [], routers: [] },
    ...{ timeouts: {}, syncDaemons: [], sysctls: {}, findings },
  };
}

/** For people: "192.0.2.1:80/tcp", "firewall mark 7 of ipv4". */
export function titleOf(key: ServiceKey): string {
  if ("firewallMark" in key) {
    return `firewall mark ${key.firewallMark} of ${key.family}`;
  }
  const { address, port, protocol } = key;
  return `${address.includes(":") ? `[${address}]` : address}:${port}/${protocol}`;
}
