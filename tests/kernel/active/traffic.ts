import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ActiveDirectors } from "./activeDirectors";
import { clients, port, vips } from "./topology";

interface Probed {
  requests: number;
  lost: number;
  /** The seconds from `since` to the last request that was lost; 0 if none was. */
  silence: number;
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
        source: [`10.80.1.${10 + (i % clients)}`, 10000 + (this.round % 5) * 8000 + 7 * i],
        target: [vips.ipv4, port],
      })),
    );
    return answers.map(({ error, member }) => error ?? member);
  }

  /** Sends again over all that are held; who answered each, or what went wrong. */
  async again(): Promise<(string | undefined)[]> {
    const asked = this.names.map((name) => ({
      ...{ name, protocol: "tcp" as const, size: 50, seconds: 1 },
    }));
    const answers = await this.lab.machine.sendAgain(asked);
    return answers.map(({ error, member }) => error ?? member);
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
      `rm -f /tmp/probe.stop; python3 /tmp/probe.py ${vips.ipv4} ${port} >/tmp/probe.log 2>&1 &`,
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
    const lost = all.filter(([, how]) => how !== "answered").map(([at]) => Number(at));
    return {
      requests: all.length,
      lost: lost.length,
      silence: lost.length === 0 ? 0 : Math.max(...lost) - (since ?? Math.min(...lost)),
    };
  }
}

/** The number of those that still have the member that they had, without those of a member that is gone. */
export function kept(before: (string | undefined)[], after: (string | undefined)[], gone?: string) {
  const there = before.map((_, i) => i).filter((i) => before[i] !== gone);
  return { same: there.filter((i) => after[i] === before[i]).length, of: there.length };
}
