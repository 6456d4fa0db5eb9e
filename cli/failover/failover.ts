import { setTimeout as sleep } from "node:timers/promises";
import { slug } from "../../components/host/slug.js";
import type { CommandLine } from "../../components/ssh/remoteProcess.js";
import type { Lab } from "../../lab/lab.js";
import { moveCable } from "../../lab/machines.js";
import { asRoot, remoteCommand } from "../../lab/ssh.js";
import { commandFor } from "../../lab/stackSetting.js";
import { Session } from "../compare/session.js";
import type { Undoable } from "../compare/undoable.js";
import { AddressWatch } from "./addressWatch.js";
import { CarriedCounts } from "./carried.js";
import { FailoverClient } from "./client.js";
import type { KernelWatch } from "./kernelWatch.js";
import { failoverMachines, type FailoverRouter } from "./machines.js";
import { activeTimesOf, type CableTimes, type FailoverResult, timesOf } from "./result.js";
import { RouteWatch } from "./routeWatch.js";

/** How long a part may take, milliseconds. */
const patience = { begin: 30_000, takeover: 30_000, back: 60_000 };
/** Time before and after the pulled cable, and after it is back, milliseconds. */
const pauses = { before: 2000, after: 3000, back: 4000 };
/** Requests a second, downloads beside them, and the bytes of each. */
const work = { rate: 10, downloads: 4, size: 30_000_000 };
const download = "ipvs-lab-download";

/**
 * Pulls the cable of the director that has the address, or of the busiest of several active directors, while a client
 * makes requests and downloads, and plugs it in again. The cable is in afterwards, and the downloads' files are gone,
 * also after a failure.
 */
export class Failover implements Undoable<FailoverResult> {
  /** The command that puts right what this could not undo. */
  private readonly repair: string;
  private readonly directors: string[];
  private readonly client: string;
  private readonly watch: KernelWatch;
  /** Only where a router spreads connections over several active directors. */
  private readonly router?: FailoverRouter;
  private readonly counts?: CarriedCounts;
  /** Shells on the members' machines, by name. */
  private readonly backends: Map<string, Session>;
  private asker?: FailoverClient;
  private pulled?: string;

  /** @throws Error when the lab has one director alone, or no client besides its directors. */
  constructor(
    private readonly stack: string,
    private readonly lab: Lab,
    private readonly say: (what: string) => void,
  ) {
    const { directors, client, router } = failoverMachines(stack, lab);
    this.repair = commandFor(stack, "npm run up");
    this.directors = directors;
    this.client = client;
    this.router = router;
    const address = new URL(lab.balanced.url).hostname;
    const shells = new Map(this.directors.map((name) => [name, this.shell(name, "exec sh -s")]));
    this.watch = router
      ? new RouteWatch(
          address,
          { machine: router.machine, shell: this.shell(router.machine, "exec sh -s") },
          shells,
          router.directors,
        )
      : new AddressWatch(address, shells);
    this.counts =
      router &&
      new CarriedCounts(
        new Map([...shells].map(([name, shell]) => [name, new Session(name, shell, this.repair)])),
      );
    const machines = new Set(
      lab.balanced.members.flatMap(({ name }) => lab.objects[name]?.machine ?? []),
    );
    this.backends = new Map(
      [...machines].map((machine) => [
        machine,
        new Session(machine, this.shell(machine, asRoot("sh -s")), this.repair),
      ]),
    );
  }

  async run(): Promise<FailoverResult> {
    await this.placeFiles();
    await this.untilReady();
    await this.counts?.read();
    const client = (this.asker = this.startClient());
    if (!(await client.begun)) {
      throw new Error(`${this.client}: the downloads did not begin. ${client.errors}`.trim());
    }
    await sleep(pauses.before);
    await this.counts?.read();
    const [holder = ""] = this.watch.holders();
    const from = this.counts?.busiest() ?? holder;
    this.say(`${from} ${this.counts ? "carries most" : "has the address"}: its cable is pulled`);
    const pull = Date.now() / 1000;
    this.pulled = from;
    await moveCable(this.stack, from, "pull");
    const to = await this.takenOverFrom(from);
    await sleep(pauses.after);
    await this.counts?.read();
    const plug = Date.now() / 1000;
    await this.plugIn();
    this.say(`${from}'s cable is in again`);
    if (this.router) {
      await this.watch.until(() => this.watch.holders().includes(from), patience.back);
    }
    await sleep(pauses.back);
    await this.counts?.read();
    const whole = await client.finish();
    const seen = this.seen({ pull, plug }, { from, to });
    return { from, to, client: this.client, ...seen, downloads: work.downloads, whole };
  }

  /** Puts everything back. */
  async close(): Promise<void> {
    this.asker?.kill();
    await this.plugIn();
    await this.watch.close();
    await this.counts?.close();
    await Promise.all([...this.backends.values()].map((session) => session.close()));
  }

  private async plugIn(): Promise<void> {
    if (this.pulled !== undefined) {
      await moveCable(this.stack, this.pulled, "plug");
      this.pulled = undefined;
    }
  }

  /** Waits until the others have everything. @returns Their names, separated by commas; empty when they have not. */
  private async takenOverFrom(from: string): Promise<string> {
    const others = () => this.watch.holders().filter((name) => name !== from);
    const isOver = () => (this.router ? !this.watch.holders().includes(from) : others().length > 0);
    await this.watch.until(isOver, patience.takeover);
    const to = isOver() ? others().join(", ") : "";
    if (this.router) {
      this.say(to === "" ? "the router still sends to it" : `the router sends all to ${to}`);
    } else {
      this.say(to === "" ? "no other director takes over" : `${to} has the address`);
    }
    return to;
  }

  /** What the requests and the kernels say. */
  private seen(cable: CableTimes, directors: { from: string; to: string }) {
    const asked = this.asker?.asked ?? [];
    if (!this.router || !this.counts) {
      return timesOf(cable, directors, asked, this.watch);
    }
    const { disturbed, back, ...times } = activeTimesOf(cable, directors, asked, this.watch);
    const carried = this.counts.carried();
    return { ...times, active: { router: this.router.machine, disturbed, back, carried } };
  }

  /** Waits until exactly one director has the address, or the router sends to all. @throws Error when that is not so. */
  private async untilReady(): Promise<void> {
    const wanted = this.router ? this.directors.length : 1;
    await this.watch.until(() => this.watch.holders().length === wanted, patience.begin);
    const holders = this.watch.holders();
    if (holders.length === wanted) {
      return;
    }
    if (this.router) {
      const without = this.directors.filter((name) => !holders.includes(name)).join(", ");
      throw new Error(
        `the router ${this.router.machine} has no route by ${without}: is a cable out? \`${this.repair}\` says more`,
      );
    }
    throw new Error(
      holders.length === 0
        ? `neither ${this.directors.join(" and ")} has the virtual address: \`${this.repair}\` puts that right`
        : `${holders.join(" and ")} have the virtual address at once: is a cable out?`,
    );
  }

  /** Gives each web server a large file, which takes no room on the disk. */
  private async placeFiles(): Promise<void> {
    const file = (name: string) => `/var/lib/ipvs-lab/web/${slug(name)}/htdocs/${download}`;
    const { members } = this.lab.balanced;
    await Promise.all(
      [...this.backends].map(([machine, session]) => {
        const files = members
          .filter(({ name }) => this.lab.objects[name]?.machine === machine)
          .map(({ name }) => file(name))
          .join(" ");
        return session.changeUntilRelease(
          `for file in ${files}; do truncate -s ${work.size} "$file" && chmod 644 "$file" || exit 1; done`,
          `rm -f ${files}`,
        );
      }),
    );
  }

  private startClient(): FailoverClient {
    const { url } = this.lab.balanced;
    return new FailoverClient((command) => this.shell(this.client, command), {
      ...work,
      url,
      path: `/${download}`,
    });
  }

  private shell(machine: string, command: string): CommandLine {
    return remoteCommand(this.stack, this.lab.machines, machine, command);
  }
}
