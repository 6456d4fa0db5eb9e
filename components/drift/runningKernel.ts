/** The kernel that runs on a machine, as far as IPVS goes. */
export interface Running {
  /** As `uname -r` has it. */
  release: string;
  /** The machine's possible processors, "0-3"; undefined if they are not known. */
  processors?: string;
  /** Names below net.ipv4.vs; none if IPVS is not loaded. */
  settings: Set<string>;
  /** Names of IPVS's modules; none if it is built in. */
  modules: Set<string>;
}

/** Parses the section "host" of `observe`. */
export function runningOf(host: Map<string, string>): Running | undefined {
  const release = host.get("kernel");
  const names = (key: string) => (host.get(key) ?? "").split(" ").filter((name) => name !== "");
  return release === undefined
    ? undefined
    : {
        release,
        processors: host.get("processors"),
        settings: new Set(names("settings")),
        modules: new Set(names("modules").map((file) => file.replace(/\.ko.*$/, ""))),
      };
}
