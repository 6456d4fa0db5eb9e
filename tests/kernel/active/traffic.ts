import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ActiveDirectors } from "./activeDirectors";
import { clients, directors, port, vips } from "./topology";

interface Probed {
  requests: number;
  lost: number;
  /** The seconds from `since` to the last request that was lost; 0 if none was. */
  silence: number;
  /** What became of those that were lost, and when, for a reader. */
  how: string;
}

/** The directors that know a connection: those that have seen it, and those that another one has told of it. */
interface Entries {
  seen: string[];
  told: string[];
}

/** Connections that are held while something changes, and new ones beside them. */
export class Traffic {
  private names: string[] = [];
  private round = 0;

  constructor(private readonly lab: ActiveDirectors) {}

  /** Opens connections from different clients and ports; who answered each. */
  async hold(count: number): Promise<(string | undefined)[]> {
    this.round++;
    this.names = Array.from({ length: count }, (_, i) => `${this.round}-${i}`);
    const { answers } = await this.lab.machine.open(
      this.names.map((name, i) => ({
        ...{ node: "client", protocol: "tcp", size: 50, name },
        source: this.source(i),
        target: [vips.ipv4, port],
      })),
    );
    return answers.map(({ error, member }) => error ?? member);
  }

  /**
   * Sends again over all that are held; who answered each, or what went wrong. The order is another one than that in
   * which they were opened, or `rr` would choose for a row of connections what it chose for the same row before.
   */
  async again(): Promise<(string | undefined)[]> {
    const order = shuffled(this.names.map((_, i) => i));
    const asked = order.map((i) => ({
      ...{ name: this.names[i], protocol: "tcp" as const, size: 50, seconds: 1 },
    }));
    const answers = await this.lab.machine.sendAgain(asked);
    const result: (string | undefined)[] = [];
    answers.forEach(({ error, member }, at) => {
      result[order[at] ?? 0] = error ?? member;
    });
    return result;
  }

  /** The directors that have each of the connections in their kernel's table, by way of entry. */
  async entries(): Promise<Entries[]> {
    const origins = new Map<string, Map<string, string>>();
    for (const director of directors) {
      // Pro FromIP FPrt ToIP TPrt DestIP DPrt State Origin Expires
      const listed = await this.lab.script(director, "cat /proc/net/ip_vs_conn_sync");
      const fields = listed.split("\n").map((line) => line.trim().split(/\s+/));
      const ofClients = fields.map(
        ([, ip = "", at = "", , , , , , origin = ""]) => [`${ip}:${at}`, origin] as const,
      );
      origins.set(director, new Map(ofClients));
    }
    return this.names.map((_, i) => {
      const key = inHex(this.source(i));
      const having = (origin: string) =>
        directors.filter((director) => origins.get(director)?.get(key) === origin);
      return { seen: having("LOCAL"), told: having("SYNC") };
    });
  }

  /** The director that each connection goes through: the only one that has seen it. */
  async through(): Promise<string[]> {
    return (await this.entries()).map(({ seen }, i) => {
      const [director, another] = seen;
      if (director === undefined || another !== undefined) {
        throw new Error(`connection ${i} was seen by ${seen.join(", ") || "no director"}`);
      }
      return director;
    });
  }

  /** Other ports in each round, as directors may still have entries of those before: 75 for each client. */
  private source(i: number): [string, number] {
    return [
      `10.80.1.${10 + (i % clients)}`,
      10000 + 600 * (this.round - 1) + 7 * Math.floor(i / clients),
    ];
  }

  async release(): Promise<void> {
    await this.lab.machine.close();
    this.names = [];
  }

  /** Makes new connections all the time while something happens. */
  async meanwhile(what: () => Promise<number | undefined>): Promise<Probed> {
    const { machine } = this.lab;
    await machine.write("/tmp/probe.py", readFileSync(join(__dirname, "probe.py"), "utf8"));
    await this.lab.script(
      "client",
      // Python takes its time to start.
      `rm -f /tmp/probe.stop; python3 /tmp/probe.py ${vips.ipv4} ${port} >/tmp/probe.log 2>&1 &
       until [ "$(grep -c answered /tmp/probe.log)" -ge 10 ]; do sleep 0.1; done`,
    );
    const since = await what();
    const stdout = await this.lab.script(
      "client",
      "sleep 2; touch /tmp/probe.stop; sleep 1.5; cat /tmp/probe.log",
    );
    const all = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    const unanswered = all.filter(([, how]) => how !== "answered");
    const lost = unanswered.map(([at]) => Number(at));
    const begin = since ?? Number(all[0]?.[0]);
    return {
      requests: all.length,
      lost: lost.length,
      silence: lost.length === 0 ? 0 : Math.max(...lost) - (since ?? Math.min(...lost)),
      how: unanswered
        .map(([at, how = ""]) => `${how} ${(Number(at) - begin).toFixed(1)}`)
        .slice(0, 200)
        .join(", "),
    };
  }
}

/** An address and port as /proc/net/ip_vs_conn_sync has them. */
function inHex([address, at]: [string, number]): string {
  const hex = (n: number, digits: number) => n.toString(16).toUpperCase().padStart(digits, "0");
  return `${address
    .split(".")
    .map((part) => hex(Number(part), 2))
    .join("")}:${hex(at, 4)}`;
}

/** The same order for the same number, and not that of what is given. */
function shuffled(list: number[]): number[] {
  const key = (i: number) => (i * 2654435761 + 40503) % 4294967296;
  return [...list].sort(
    (a, b) => ((key(a) ^ (key(a) >>> 15)) >>> 0) - ((key(b) ^ (key(b) >>> 15)) >>> 0),
  );
}

/** The number of those that still have the member that they had, without those of a member that is gone. */
export function kept(before: (string | undefined)[], after: (string | undefined)[], gone?: string) {
  return keptOf(before, after, (i) => before[i] !== gone);
}

/** The same of those that are chosen by their index. */
export function keptOf(
  before: (string | undefined)[],
  after: (string | undefined)[],
  isCounted: (i: number) => boolean,
) {
  const there = before.map((_, i) => i).filter(isCounted);
  return { same: there.filter((i) => after[i] === before[i]).length, of: there.length };
}
