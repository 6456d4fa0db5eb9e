import { join } from "node:path";
import { evaluated } from "../evaluate";

/** What `observe all` tells of a director in a case. */
export interface Seen {
  /** Interfaces with their addresses, such as { eth0: ["192.0.2.10/24"] }. */
  links: Record<string, string[]>;
  /** Lines of `ipvsadm -Sn`. */
  services: string;
  /** The interface of the default route. */
  gateway?: string;
  /** Of `ipvsadm -Ln --timeout` and the like: more sections of the answer. */
  more?: string;
  /** What nft and iptables print. */
  rules?: string;
  interface?: string;
  /** The file of a large table. */
  tableFile?: string;
}

export interface ProgramOfDirector {
  text: string;
  table?: string;
  omitted: string[];
  notes: string[];
  error?: string;
}

/** The programs that `npm run import -- --host` prints for directors, made in one process. */
export function programsOf(directors: Seen[]): Promise<ProgramOfDirector[]> {
  const parser = JSON.stringify(join(__dirname, "../../../components/drift/hostState.ts"));
  const given = directors.map(({ rules, tableFile, interface: name, ...seen }) => ({
    answer: stateOf(seen),
    reach: {
      ...{ name: "lb", host: "lb.example.org", port: 22, user: "root" },
      ...{ hostKey: "ssh-ed25519 AAAA", interface: name },
    },
    options: { rules, tableFile },
  }));
  return evaluated(
    "cli/import/program.ts",
    `import(${parser}).then(({ parseHostState }) => ${JSON.stringify(given)}.map(({ answer, reach, options }) => {
      try {
        return m.programFor(parseHostState(answer), reach, options);
      } catch (error) {
        return { error: error.message };
      }
    }))`,
  ) as Promise<ProgramOfDirector[]>;
}

/** The answer of a director's program to `observe all`. */
export function stateOf({
  links,
  services,
  gateway,
  more = "",
}: Omit<Seen, "rules" | "tableFile" | "interface">): string {
  const all = Object.entries(links).map(([ifname, addresses]) => ({
    ifname,
    flags: ["UP"],
    addr_info: addresses.map((one) => {
      const [local, prefixlen] = one.split("/");
      return { family: one.includes(":") ? "inet6" : "inet", local, prefixlen: Number(prefixlen) };
    }),
  }));
  const routes = gateway === undefined ? [] : [{ dst: "default", dev: gateway }];
  return [
    ...["@@ host", "name lb", "boot b00t", "@@ links", JSON.stringify(all), JSON.stringify(routes)],
    ...["@@ services", "loaded", services.trim(), "@@ thresholds", more.trim(), "@@ end", ""],
  ].join("\n");
}
