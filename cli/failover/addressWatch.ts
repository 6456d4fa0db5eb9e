import type { CommandLine } from "../../components/ssh/remoteProcess.js";
import { KernelWatch } from "./kernelWatch.js";

/** Watches which directors have an address that moves among them. */
export class AddressWatch extends KernelWatch {
  /**
   * @param address An IPv4 or IPv6 address, without prefix.
   * @param shells For each director, what starts a shell there that reads commands from its standard input.
   */
  constructor(
    private readonly address: string,
    shells: ReadonlyMap<string, CommandLine>,
  ) {
    const changes = "monitor link address";
    super(
      [...shells].map(([machine, shell]) => ({ machine, shell, changes, now: "address show" })),
    );
  }

  /** A line about a link or an address; "Deleted" begins one of an address that is gone. */
  protected take(director: string, line: string): void {
    this.takeLink(director, line);
    if (line.includes(` ${this.address}/`)) {
      this.move(director, !line.startsWith("Deleted"));
    }
  }
}
