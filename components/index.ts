export { BackendVm, type BackendVmArgs } from "./backendVm";
export { Director, type DirectorArgs } from "./director";
export { type Explanation, explain } from "./explained";
export { type Access, Host, type HostArgs, type SshArgs } from "./host";
export {
  IpvsService,
  type IpvsServiceArgs,
  type Protocol,
  type Scheduler,
  schedulers,
} from "./ipvsService";
export { programPath } from "./kernel";
export { NetnsBackend, type NetnsBackendArgs } from "./netnsBackend";
export { type Answers } from "./answers";
export { Proof, type ProofArgs } from "./proof";
export { type Forwarding, forwardings, RealServer, type RealServerArgs } from "./realServer";
export { SourceNat, type SourceNatArgs } from "./sourceNat";
export { Vip, type VipArgs } from "./vip";
export { type WebServerArgs, type WebServerKind, webServerKinds } from "./webServer";
