export {
  type Announcement,
  type BfdTimers,
  type BgpAnnouncement,
  type BgpNeighbor,
} from "./bgp/announcement";
export { BackendVm, type BackendVmArgs } from "./backends/backendVm";
export { Director, type DirectorArgs } from "./director/director";
export {
  type SyncDaemon,
  type Sysctl,
  type SysctlTexts,
  type Timeouts,
} from "./director/directorSettings";
export { type Explained, type Explanation, explain } from "./host/explained";
export { Host, type HostArgs } from "./host/host";
export { IpvsService, type IpvsServiceArgs } from "./service/ipvsService";
export { type ServiceMember } from "./service/serviceMember";
export { IpvsTable, type IpvsTableArgs } from "./table/ipvsTable";
export { type Check, type SorryServer } from "./keepalived/healthCheck";
export { type Engine, engines } from "./keepalived/engine";
export { programPath } from "./host/kernel";
export { NetnsBackend, type NetnsBackendArgs } from "./backends/netnsBackend";
export { type Answers } from "./proof/answers";
export { Proof, type ProofArgs } from "./proof/proof";
export { type PlainRealServer, type RealServerOptions } from "./backends/plainRealServer";
export { RealServer, type RealServerArgs } from "./backends/realServer";
export { type Forwarding, forwardings, type Tunnel } from "./ipvs/forwarding";
export { type Persistence } from "./ipvs/serviceLines";
export { type Protocol } from "./ipvs/protocols";
export { type Scheduler, type SchedulerFlag, schedulerFlags, schedulers } from "./ipvs/schedulers";
export { Router, type RouterArgs } from "./router/router";
export { SourceNat, type SourceNatArgs } from "./nat/sourceNat";
export { type Access, type SshArgs, type SshLoginArgs } from "./host/ssh";
export { type RedirectTarget, StaticRedirect, type StaticRedirectArgs } from "./nat/staticRedirect";
export { type TableRealServer, type TableService } from "./table/tableServices";
export { Vip, type VipArgs } from "./vip/vip";
export { type WebServerArgs, type WebServerKind, webServerKinds } from "./backends/webServer";
