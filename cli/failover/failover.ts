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
import { FailoverClient } from "./client.js";
import { failoverMachines } from "./machines.js";
import { type FailoverResult, timesOf } from "./result.js";

/** How long a part may take, milliseconds. */
const patience = { begin: 30_000, takeover: 30_000 };
/** Time before and after the pulled cable, and after it is back, milliseconds. */
const pauses = { before: 2000, after: 3000, back: 4000 };
/** Requests a second, downloads beside them, and the bytes of each. */
const work = { rate: 10, downloads: 4, size: 30_000_000 };
const download = "ipvs-lab-download";

/**
 * Pulls the cable of the director that has the address while a client makes requests and downloads, and plugs it in
 * again. The cable is in afterwards, and the downloads' files are gone, also after a failure.
 */
export class Failover implements Undoable<FailoverResult> {
  /** The command that puts right what this could not undo. */
  private readonly repair: string;
  private readonly directors: string[];
  private readonly client: string;
  private readonly watch: AddressWatch;
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
    const { directors, client } = failoverMachines(stack, lab);
    this.repair = commandFor(stack, "npm run up");
    this.directors = directors;
    this.client = client;
    this.watch = new AddressWatch(
      new URL(lab.balanced.url).hostname,
      new Map(this.directors.map((name) => [name, this.shell(name, "exec sh -s")])),
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
    const from = await this.holder();
    const client = (this.asker = this.startClient());
    if (!(await client.begun)) {
      throw new Error(`${this.client}: the downloads did not begin. ${client.errors}`.trim());
    }
    await sleep(pauses.before);
    this.say(`${from} has the address: its cable is pulled`);
    this.pulled = from;
    const pull = Date.now() / 1000;
    await moveCable(this.stack, from, "pull");
    const other = () => this.watch.holders().find((name) => name !== from);
    await this.watch.until(() => other() !== undefined, patience.takeover);
    const to = other() ?? "";
    this.say(to === "" ? "no other director takes over" : `${to} has the address`);
    await sleep(pauses.after);
    const plug = Date.now() / 1000;
    await this.plugIn();
    this.say(`${from}'s cable is in again`);
    await sleep(pauses.back);
    const whole = await client.finish();
    const times = timesOf({ pull, plug }, { from, to }, client.asked, this.watch);
    return { from, to, client: this.client, ...times, downloads: work.downloads, whole };
  }

  /** Puts everything back. */
  async close(): Promise<void> {
    this.asker?.kill();
    await this.plugIn();
    await this.watch.close();
    await Promise.all([...this.backends.values()].map((session) => session.close()));
  }

  private async plugIn(): Promise<void> {
    if (this.pulled !== undefined) {
      await moveCable(this.stack, this.pulled, "plug");
      this.pulled = undefined;
    }
  }

  /** The director that has the address. @throws Error when not exactly one of them has it. */
  private async holder(): Promise<string> {
    await this.watch.until(() => this.watch.holders().length === 1, patience.begin);
    const [holder, ...others] = this.watch.holders();
    if (holder === undefined || others.length > 0) {
      const names = this.directors.join(" and ");
      throw new Error(
        holder === undefined
          ? `neither ${names} has the virtual address: \`${this.repair}\` puts that right`
          : `${[holder, ...others].join(" and ")} have the virtual address at once: is a cable out?`,
      );
    }
    return holder;
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
