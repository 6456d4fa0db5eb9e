/** The kernel that runs on a machine, as far as IPVS goes. */
export interface Running {
  /** As `uname -r` has it. */
  release: string;
  /** Those that the machine may have, "0-3"; undefined where it is not known. */
  processors?: string;
  /** Names below net.ipv4.vs; none where IPVS is not loaded. */
  settings: Set<string>;
  /** Names of IPVS's modules; none where it is built in. */
  modules: Set<string>;
}

/** Out of the section "host" of an observation. */
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
