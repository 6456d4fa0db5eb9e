import type { CommandLine } from "../../components/ssh/remoteProcess.js";
import { KernelWatch } from "./kernelWatch.js";

/** A router, and what starts a shell there that reads commands from its standard input. */
export interface WatchedRouter {
  machine: string;
  shell: CommandLine;
}

/** Watches which of several active directors a router sends the packets for an address to. */
export class RouteWatch extends KernelWatch {
  /**
   * @param address An IPv4 address, without prefix.
   * @param shells For each director, the same as the router's.
   * @param addresses The directors' own addresses, by which the router knows them.
   */
  constructor(
    private readonly address: string,
    private readonly router: WatchedRouter,
    shells: ReadonlyMap<string, CommandLine>,
    private readonly addresses: ReadonlyMap<string, string>,
  ) {
    super([
      { ...router, changes: "monitor route", now: `route show ${address}` },
      ...[...shells].map(([machine, shell]) => ({ machine, shell, changes: "monitor link" })),
    ]);
  }

  /** A line about a director's link, or about a route of the router with all its next hops. */
  protected take(machine: string, line: string): void {
    if (machine !== this.router.machine) {
      this.takeLink(machine, line);
      return;
    }
    const [, deleted, address] = /^(Deleted )?([\d.]+) /.exec(line) ?? [];
    if (address !== this.address) {
      return;
    }
    const hops = [...line.matchAll(/\bvia ([\d.]+)/g)].map(([, hop]) => hop);
    const before = this.holders();
    for (const [director, own] of this.addresses) {
      const has = deleted === undefined && hops.includes(own);
      if (has !== before.includes(director)) {
        this.move(director, has);
      }
    }
  }
}
