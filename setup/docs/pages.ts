/** A page of the reference: a component, or things that several need. */
export interface Page {
  /** Its file's name and title. */
  name: string;
  /** Where it stands in the index. */
  group: string;
  /** The files below components/ that declare what is on it, the first the main one. */
  files: string[];
}

/** In the order in which a program uses them. */
export const pages: Page[] = [
  page("Machines", "Host", "host", "ssh", "kernel"),
  page("Machines", "Director", "director", "directorSettings", "keepalived/engine"),
  page("Backends", "BackendVm", "backendVm"),
  page("Backends", "NetnsBackend", "netnsBackend"),
  page("Backends", "WebServer", "webServer"),
  page("Addresses", "Vip", "vip", "sharedAddress"),
  page("Services", "IpvsService", "ipvsService", "serviceLines"),
  page("Services", "RealServer", "realServer", "keepalived/check"),
  page("Services", "IpvsTable", "ipvsTable", "tableServices"),
  page("Packets", "SourceNat", "sourceNat"),
  page("Packets", "StaticRedirect", "staticRedirect"),
  page("Looking", "Proof", "proof", "answers"),
  page("Looking", "Explanation", "explained"),
];

function page(group: string, name: string, ...files: string[]): Page {
  return { group, name, files };
}
