/** A page of the reference: a component, or things that several components need. */
export interface Page {
  /** Its file's name and title. */
  name: string;
  /** Its group in the index. */
  group: string;
  /** The files below components/ that declare its contents, the main one first. */
  files: string[];
}

/** In the order in which a program uses them. */
export const pages: Page[] = [
  page("Machines", "Host", "host/host", "host/ssh", "host/kernel"),
  page(
    "Machines",
    "Director",
    "director/director",
    "director/directorSettings",
    "keepalived/engine",
  ),
  page("Backends", "BackendVm", "backends/backendVm"),
  page("Backends", "NetnsBackend", "backends/netnsBackend"),
  page("Backends", "WebServer", "backends/webServer"),
  page("Addresses", "Vip", "vip/vip", "vip/sharedAddress", "bgp/announcement"),
  page(
    "Services",
    "IpvsService",
    "service/ipvsService",
    "service/serviceMember",
    "ipvs/serviceLines",
    "ipvs/schedulers",
    "ipvs/protocols",
    "ipvs/forwarding",
  ),
  page(
    "Services",
    "RealServer",
    "backends/realServer",
    "backends/plainRealServer",
    "keepalived/healthCheck",
  ),
  page("Services", "IpvsTable", "table/ipvsTable", "table/tableServices"),
  page("Addresses", "Router", "router/router"),
  page("Packets", "SourceNat", "nat/sourceNat"),
  page("Packets", "StaticRedirect", "nat/staticRedirect"),
  page("Looking", "Proof", "proof/proof", "proof/answers"),
  page("Looking", "Explanation", "host/explained"),
];

function page(group: string, name: string, ...files: string[]): Page {
  return { group, name, files };
}
